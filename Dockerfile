# The service. docs/deploying.md runs it with a read-only root file system; it writes nothing but,
# with an SQLite table, to CRUDDUR_DATA.
FROM python:3.13-slim-bookworm AS build
WORKDIR /build
RUN python -m venv /opt/cruddur
COPY requirements.lock requirements-page.lock ./
RUN /opt/cruddur/bin/pip install --no-cache-dir --no-compile --require-hashes -r requirements.lock -r requirements-page.lock
COPY pyproject.toml README.md LICENSE ./
COPY src ./src
COPY docs ./docs
# hatchling alone, by version: the lock file holds what runs, not what builds.
RUN /opt/cruddur/bin/pip install --no-cache-dir --no-compile --no-deps . \
    && /opt/cruddur/bin/pip uninstall --yes pip \
    && python -m compileall -q /opt/cruddur

FROM python:3.13-slim-bookworm
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin cruddur \
    && install --directory --owner=10001 --mode=0700 /data
COPY --from=build /opt/cruddur /opt/cruddur
ENV PATH=/opt/cruddur/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    CRUDDUR_HOST=0.0.0.0 \
    CRUDDUR_DATA=/data
USER 10001
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/health/live', timeout=2)"]
ENTRYPOINT ["cruddur"]
CMD ["up"]
