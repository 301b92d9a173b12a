# The page in a container: `docker compose up`, then http://127.0.0.1:7860.
# Everything that Footnote needs is installed here: once built, it downloads nothing.
FROM python:3.11-slim AS build
COPY requirements.lock /source/
RUN python -m venv /opt/footnote \
    && /opt/footnote/bin/python -m pip install --no-cache-dir --no-deps --require-hashes -r /source/requirements.lock
COPY . /source
RUN /opt/footnote/bin/python -m pip install --no-cache-dir --no-deps --no-build-isolation /source

FROM python:3.11-slim
# The state's folder belongs to the user that the page runs as, and so does a new volume over it.
RUN useradd --uid 10001 footnote && install --directory --owner footnote /data
COPY --from=build /opt/footnote /opt/footnote
ENV PATH=/opt/footnote/bin:$PATH FOOTNOTE_HOME=/data
USER footnote
WORKDIR /data
VOLUME /data
EXPOSE 7860
# The first start makes the library that ships.
HEALTHCHECK --start-period=3m CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:7860/ready', timeout=5)"]
# On all addresses, which needs a login (FOOTNOTE_USERS, FOOTNOTE_TRUST_HEADER) or `--open`: docs/security.md.
STOPSIGNAL SIGINT
CMD ["footnote", "serve", "--host", "0.0.0.0", "--port", "7860"]
