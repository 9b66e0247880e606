# One file for all services: docker build --build-arg SERVICE=order-service .
# What is in the image, and how it is signed and promoted: docs/images.md. tests/images/dockerfile-steps.unit.test.ts runs these steps.
FROM node:24-bookworm-slim@sha256:6f7b03f7c2c8e2e784dcf9295400527b9b1270fd37b7e9a7285cf83b6951452d AS build
WORKDIR /source
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
ARG SERVICE
RUN npm run bundle -- "$SERVICE"
RUN node_modules/.bin/node bin/image-root.ts "$SERVICE" image

# The bill of materials alone: docker build --target bill --output bill --build-arg SERVICE=order-service .
FROM scratch AS bill
COPY --from=build /source/.build/images/*/sbom.cdx.json /

# Nothing but the runtime that the tests run on, the libraries it is linked to, and the bundle.
FROM scratch
COPY --from=build /source/image/ /
WORKDIR /app
USER 65532:65532
ENV NODE_ENV=production NODE_OPTIONS=--enable-source-maps
ENTRYPOINT ["/usr/bin/node"]
CMD ["/app/main.js"]
