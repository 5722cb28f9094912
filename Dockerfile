# One image for every process of the shop; which one it is, the command says.
FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# No process needs a package of packages/.
RUN npm ci --omit=dev --workspaces=false --no-audit --no-fund

FROM node:24-slim
ENV NODE_ENV=production HOST=0.0.0.0
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY package.json ./
COPY domain domain
COPY infrastructure infrastructure
COPY http-api http-api
COPY command-api command-api
COPY read-api read-api
COPY payment-providers payment-providers
COPY processors processors
COPY projections projections
COPY migrations migrations
COPY doctor doctor
COPY embedded/payment-provider embedded/payment-provider
USER node
CMD ["node", "--help"]
