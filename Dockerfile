# Build: the compiler and everything it needs. Optional packages stay, since the compiler's own binary is one of
# them; install scripts do not run, since nothing here needs what they make.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY portal/package.json portal/package-lock.json ./portal/
RUN npm ci --prefix portal --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY scripts ./scripts
COPY src ./src
COPY portal ./portal
RUN node scripts/build.mjs

# Packages of the running gateway, without the embedded Postgres: here the database has an address.
FROM node:24-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM node:24-bookworm-slim
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Fieldgate" \
      org.opencontainers.image.description="Device command gateway with human approval" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
ENV NODE_ENV=production \
    PORT=8080 \
    DATA_DIR=/var/lib/fieldgate
WORKDIR /app
# Only written to when a key is to be made and kept; with GRANT_SIGNING_KEY given it stays empty.
RUN install -d -o node -g node -m 0700 /var/lib/fieldgate
COPY package.json ./
COPY supabase/migrations ./supabase/migrations
COPY docs/faults.md ./docs/faults.md
COPY --from=packages /app/node_modules ./node_modules
COPY --from=build /app/dist/src ./dist/src
COPY --from=build /app/dist/portal ./dist/portal
# The numeric form of `node`: a platform that must not run root can tell from the number.
USER 1000:1000
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`, { signal: AbortSignal.timeout(2000) }).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--enable-source-maps", "dist/src/main.js"]
