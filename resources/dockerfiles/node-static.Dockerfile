# {{label}}. Proposed by Longshore: edit it here, or put a Dockerfile of your own into the folder.
FROM node:{{buildTag}} AS build
WORKDIR /app
{{if install}}
COPY {{manifests}} ./
RUN {{install}}
{{end}}
COPY . .
RUN {{build}}

FROM nginx:alpine
{{nginx}}
COPY --from=build /app/{{output}} /site
