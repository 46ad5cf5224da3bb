# {{label}}. Proposed by Longshore: edit it here, or put a Dockerfile of your own into the folder.
{{if install}}
FROM node:{{buildTag}} AS build
WORKDIR /app
COPY {{manifests}} ./
RUN {{install}}
COPY . .
{{if build}}
RUN {{build}}
{{end}}
{{if prune}}
RUN {{prune}}
{{end}}

{{end}}
FROM node:{{tag}}
ENV NODE_ENV=production HOST=0.0.0.0 PORT={{port}}
WORKDIR /app
{{if install}}
COPY --from=build --chown=node:node /app .
{{else}}
COPY --chown=node:node . .
{{if build}}
RUN {{build}}
{{end}}
{{end}}
USER node
EXPOSE {{port}}
CMD {{command}}
