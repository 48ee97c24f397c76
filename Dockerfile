# The reader's site in a container: two stages, no root, nothing written but /data and /tmp.
# syntax=docker/dockerfile:1
FROM node:22-slim AS scripts
WORKDIR /assets
COPY assets/package.json assets/package-lock.json assets/.npmrc ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM python:3.12-slim AS made
WORKDIR /src
# Hashes of the lock are checked; the wheel is then installed without looking for anything else.
COPY requirements.lock ./
RUN python -m venv /opt/njia && /opt/njia/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE app.py ./
COPY dashboard dashboard
COPY geodata geodata
COPY layers layers
COPY assets assets
COPY --from=scripts /assets/node_modules assets/node_modules
# Fonts are cut and the Plotly bundle is packed once, here, so that the finished image may be read-only.
RUN /opt/njia/bin/python -m dashboard.export.prepare \
 && python -m venv /opt/build && /opt/build/bin/pip install --no-cache-dir hatchling==1.33.0 \
 && /opt/build/bin/python -m hatchling build -t wheel -d /wheel \
 && /opt/njia/bin/pip install --no-cache-dir --no-deps /wheel/*.whl

FROM python:3.12-slim
RUN useradd --system --uid 10001 --home-dir /data --create-home njia
COPY --from=made /opt/njia /opt/njia
ENV PATH=/opt/njia/bin:$PATH HOST=0.0.0.0 PORT=8050 NJIA_HOME=/data PYTHONDONTWRITEBYTECODE=1
USER njia
VOLUME /data
EXPOSE 8050
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8050/healthz', timeout=4)"]
CMD ["njia"]
