# The service as an image: `docker build --build-arg VERSION=1.2.3 --tag ledger .`

FROM swift:6.3-bookworm AS build
RUN apt-get update \
  && apt-get install --yes --no-install-recommends \
    libsqlite3-dev libzstd-dev zlib1g-dev pkg-config \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /src
# The dependencies change less often than the sources: they are fetched in a layer of their own.
COPY Package.swift ./
RUN swift package resolve
COPY Sources Sources
COPY schema schema
COPY Tests Tests
RUN swift build --configuration release --product ledger --static-swift-stdlib \
  && install -D "$(swift build --configuration release --show-bin-path)/ledger" /out/ledger \
  && strip /out/ledger

FROM debian:12-slim
RUN apt-get update \
  && apt-get install --yes --no-install-recommends \
    ca-certificates libsqlite3-0 libstdc++6 libzstd1 zlib1g \
  && rm -rf /var/lib/apt/lists/* \
  && useradd --system --uid 10001 --user-group --no-create-home ledger \
  && install -d -o ledger -g ledger -m 0750 /data
COPY --from=build /out/ledger /usr/local/bin/ledger

ARG VERSION=latest
ARG REVISION=unknown
LABEL org.opencontainers.image.title="ledger" \
  org.opencontainers.image.description="Release ledger: webhooks in, merge gate out, history answered" \
  org.opencontainers.image.version="$VERSION" \
  org.opencontainers.image.revision="$REVISION" \
  org.opencontainers.image.base.name="debian:12-slim"

# The backtracer would hold a restart back for more than a second.
ENV VERSION=$VERSION \
  SWIFT_BACKTRACE=enable=no \
  LEDGER_DB=/data/ledger.sqlite \
  LEDGER_LISTEN=0.0.0.0:8080 \
  LEDGER_CONFIG=/etc/ledger/ledger.yaml
USER 10001:10001
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM

# No curl in the image: bash speaks enough HTTP to read one status line.
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /health HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && read -r line <&3 && [[ $line == *' 200 '* ]]"]

ENTRYPOINT ["ledger"]
CMD ["serve"]
