# The service as an image. `make image` builds it; by hand:
#   docker build --platform linux/amd64 --build-arg VERSION=1.2.3 --tag ledger .
#
# The base is pinned by its tag. For a digest instead, give
#   --build-arg SWIFT_IMAGE=docker.io/library/swift:6.3.1-bookworm@sha256:...
# of the platform that is built.
ARG SWIFT_IMAGE=docker.io/library/swift:6.3.1-bookworm
ARG RUNTIME_IMAGE=scratch

FROM ${SWIFT_IMAGE} AS build
ARG TARGETARCH
# A base of another architecture would give an image that says one thing and holds another.
RUN base=$(dpkg --print-architecture) \
  && if [ "$base" != "$TARGETARCH" ]; then \
    echo "the base image is for $base, and the image is to be for ${TARGETARCH:-nothing}" >&2; exit 1; fi
# Tests pin what they need of this; a newer patch of a library is welcome here.
# hadolint ignore=DL3008
RUN apt-get update \
  && apt-get install --yes --no-install-recommends \
    binutils ca-certificates libicu-dev libsqlite3-dev libxml2-dev libzstd-dev pkg-config tzdata \
    zlib1g-dev \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY Package.swift Package.resolve[d] ./
COPY schema schema
COPY Sources Sources
COPY Benchmarks/LedgerBench Benchmarks/LedgerBench
COPY Tests Tests
COPY infra/static infra/static
RUN clang -O2 -Wall -Wextra -Werror -c -o /libxml2.o infra/static/libxml2.c
# The linker warns of what asks glibc for names: files and DNS are built in (glibc 2.34 and newer),
# and nothing else is configured below.
# No debug information: it would be stripped, and costs a fifth of the compiler's time.
# /packages: the sources of the packages, mounted where there is no way to GitHub.
RUN --mount=type=cache,id=ledger-build,target=/cache,sharing=locked \
  mkdir -p "/cache/$TARGETARCH" \
  && if [ -e /packages/workspace-state.json ]; then cp -a /packages/. "/cache/$TARGETARCH/"; fi \
  && swift build --configuration release --product ledger --static-swift-stdlib \
    -debug-info-format none -Xswiftc -static-executable -Xlinker /libxml2.o \
    --scratch-path "/cache/$TARGETARCH" \
  && install -D "/cache/$TARGETARCH/release/ledger" /out/usr/local/bin/ledger \
  && strip /out/usr/local/bin/ledger
# What is in it, for scanners: in the static program they see nothing. The build wrote it, or took it.
RUN install -D -m 0644 Package.resolved /out/usr/share/doc/ledger/Package.resolved
# Everything that the binary needs of a system: names of its user, authorities, time zones, and
# the order in which a host is looked up. No time of the build is kept, which would change the digest.
RUN case "$TARGETARCH" in amd64) machine=X86-64 ;; arm64) machine=AArch64 ;; *) exit 1 ;; esac \
  && readelf --file-header /out/usr/local/bin/ledger >/header \
  && grep --quiet "Machine:.*$machine" /header \
  && install -d -m 0755 /out/etc/ledger /out/etc/ssl/certs /out/usr/share \
  && echo 'ledger:x:10001:10001:ledger:/data:/usr/local/bin/ledger' >/out/etc/passwd \
  && echo 'ledger:x:10001:' >/out/etc/group \
  && echo 'hosts: files dns' >/out/etc/nsswitch.conf \
  && cp /etc/ssl/certs/ca-certificates.crt /out/etc/ssl/certs/ \
  && cp -a /usr/share/zoneinfo /out/usr/share/ \
  && rm -rf /out/usr/share/zoneinfo/right /out/usr/share/zoneinfo/posix \
  && install -d -o 10001 -g 10001 /data \
  && find /out /data -exec touch --no-dereference --date=@0 {} +

FROM ${RUNTIME_IMAGE}
COPY --from=build /out/ /
COPY --from=build --chown=10001:10001 /data /data

ARG VERSION=latest
ARG REVISION=unknown
ARG SOURCE=unknown
LABEL org.opencontainers.image.title="ledger" \
  org.opencontainers.image.description="Release ledger: webhooks in, merge gate out, history answered" \
  org.opencontainers.image.version="$VERSION" \
  org.opencontainers.image.revision="$REVISION" \
  org.opencontainers.image.source="$SOURCE"

# The backtracer would hold a restart back for more than a second. There is no other place than /data
# to write to: SQLite sorts in files, and `ledger verify` works on a copy.
ENV VERSION=$VERSION \
  PATH=/usr/local/bin:/usr/bin:/bin \
  SWIFT_BACKTRACE=enable=no \
  TMPDIR=/data \
  SQLITE_TMPDIR=/data \
  LEDGER_LISTEN=0.0.0.0:8080
# Where ledger.sqlite is looked for; a LEDGER_DB here would contradict a LEDGER_SERVER that is given.
WORKDIR /data
USER 10001:10001
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM

# There is no shell in the image, and no curl: the ledger asks itself. ECS reads the task definition
# instead, and an image in OCI format has none.
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 \
  CMD ["/usr/local/bin/ledger", "health"]

ENTRYPOINT ["/usr/local/bin/ledger"]
CMD ["serve"]
