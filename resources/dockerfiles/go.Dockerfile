# {{label}}. Proposed by Longshore: edit it here, or put a Dockerfile of your own into the folder.
FROM golang:{{tag}} AS build
WORKDIR /src
{{if download}}
COPY {{manifests}} ./
RUN go mod download
{{end}}
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags=-s -o /out/server {{package}}
{{if assets}}
RUN mkdir /out/files && cp -R {{assets}} /out/files/
{{end}}

FROM alpine:3
RUN adduser -D -u 1000 app
ENV PORT={{port}}
WORKDIR /app
{{if assets}}
# What the program may read while it runs; the sources stay out of the image.
COPY --from=build --chown=app:app /out/files .
{{end}}
COPY --from=build /out/server /usr/local/bin/server
USER app
EXPOSE {{port}}
CMD ["server"]
