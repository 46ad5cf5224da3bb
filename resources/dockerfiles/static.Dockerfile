# {{label}}. Proposed by Longshore: edit it here, or put a Dockerfile of your own into the folder.
FROM nginx:alpine
{{nginx}}
COPY {{output}} /site
