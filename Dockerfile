# One image for every process of the shop; which one it is, the command says. docs/operations/compose.md#the-image
FROM node:24.21.0-slim AS dependencies
WORKDIR /app
# A registry other than npm's own: --build-arg NPM_CONFIG_REGISTRY=…
ARG NPM_CONFIG_REGISTRY
COPY package.json package-lock.json .npmrc ./
# No process needs a package of packages/, nor what packages bring for compilers and people.
RUN npm ci --omit=dev --workspaces=false --no-audit --no-fund \
  && find node_modules -type f \( -name '*.ts' -o -name '*.mts' -o -name '*.cts' -o -name '*.map' -o -name '*.md' \) -delete

FROM node:24.21.0-slim
LABEL org.opencontainers.image.title="order-processing" \
  org.opencontainers.image.description="Order processing for a shop: event-sourced and CQRS, on EventStoreDB and PostgreSQL" \
  org.opencontainers.image.version="0.1.0" \
  org.opencontainers.image.licenses="UNLICENSED"
# Which commit it was built of: --build-arg REVISION=$(git rev-parse HEAD)
ARG REVISION=unknown
LABEL org.opencontainers.image.revision=$REVISION
ENV NODE_ENV=production HOST=0.0.0.0
WORKDIR /app
# The one place a process may have to write to: the mock payment provider's journal, where a volume is mounted.
RUN install --directory --owner=node --group=node /var/lib/order-processing
COPY --from=dependencies /app/node_modules node_modules
COPY package.json ./
COPY domain domain
COPY infrastructure infrastructure
COPY http-api http-api
COPY command-api command-api
COPY read-api read-api
COPY console console
COPY payment-providers payment-providers
COPY processors processors
COPY projections projections
COPY migrations migrations
COPY embedded/payment-provider embedded/payment-provider
# By number, so that an orchestrator can see that it is not root.
USER 1000:1000
CMD ["node", "--help"]
