# podplan in a container: `make image` builds it, docs/container.md tells how it is run.
# A release names the base by its digest (.github/workflows/release.yml).
ARG BASE=docker.io/library/python:3.13-slim-trixie

FROM ${BASE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_NO_INPUT=1
WORKDIR /source
COPY requirements requirements
RUN python -I -m venv /build \
 && python -I -m venv --without-pip /opt/podplan \
 && /build/bin/python -I -m pip install --require-hashes --only-binary :all: --requirement requirements/build.lock \
 && /build/bin/python -I -m pip --python /opt/podplan/bin/python install --require-hashes --only-binary :all: \
      --requirement requirements/cel.lock
COPY . .
RUN /build/bin/python -I -m pip wheel --no-index --no-deps --no-build-isolation --wheel-dir /wheels . \
 && /build/bin/python -I -m pip --python /opt/podplan/bin/python install --no-index --no-deps /wheels/*.whl

FROM ${BASE}
# git is for --since. The work tree belongs to whoever mounts it, which git would refuse; podplan itself has git run nothing of it.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install --yes --no-install-recommends git \
 && rm -rf /var/lib/apt/lists/* \
 && git config --system safe.directory /work
COPY --from=build /opt/podplan /opt/podplan
# What the jobs of the GitLab component run.
COPY packaging/ci /opt/podplan/ci
ENV PATH=/opt/podplan/bin:$PATH PODPLAN_CACHE_DIR=/tmp/podplan
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="podplan" \
      org.opencontainers.image.description="A static linter and rollout planner for Kubernetes workload manifests" \
      org.opencontainers.image.source="https://github.com/podplan/podplan" \
      org.opencontainers.image.documentation="https://podplan.github.io/podplan/" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"
USER 65532:65532
WORKDIR /work
ENTRYPOINT ["podplan"]
CMD ["--help"]
