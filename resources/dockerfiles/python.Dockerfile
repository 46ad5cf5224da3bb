# {{label}}. Proposed by Longshore: edit it here, or put a Dockerfile of your own into the folder.
{{if install}}
FROM python:{{buildTag}} AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /venv
ENV PATH=/venv/bin:$PATH VIRTUAL_ENV=/venv
WORKDIR /app
COPY {{manifests}} ./
RUN {{install}}

{{end}}
FROM python:{{tag}}
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PORT={{port}}
RUN useradd --create-home app
WORKDIR /app
{{if install}}
COPY --from=build /venv /venv
ENV PATH=/venv/bin:$PATH VIRTUAL_ENV=/venv
{{end}}
COPY --chown=app:app . .
{{if prepare}}
RUN {{prepare}}
{{end}}
USER app
EXPOSE {{port}}
CMD {{command}}
