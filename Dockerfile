# The service in one image: the command decides whether it migrates, serves the API, or works (see docker-compose.yml).
# Debian, since the Temporal SDK needs glibc. Its tag is pinned: change it here and nowhere else.
ARG NODE_IMAGE=node:22.23.2-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --include=dev --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY scripts scripts
COPY src src
COPY client client
COPY console console
RUN npm run build

# Without what only `npm start` needs: PostgreSQL from npm is an optional dependency.
FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM ${NODE_IMAGE}
ENV NODE_ENV=production
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json ./
# The user "node" of the base image, as a number, so that its being no root can be checked from outside.
USER 1000:1000
EXPOSE 3000
CMD ["node", "dist/server.js"]
