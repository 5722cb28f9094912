import { z } from 'zod'
import { buildApi } from '../../http-api/app.ts'
import { route } from '../../http-api/route.ts'
import { Refusal } from '../../domain/shared/refusal.ts'
import { StoreUnavailable, VersionConflict } from '../../infrastructure/event-store/port.ts'
import { usualEdge, type EdgeOptions } from '../../infrastructure/http/edge-config.ts'
import { etagOf, ifMatchHeader, revisionNamedBy } from '../../infrastructure/http/etag.ts'
import type { ReadinessCheck } from '../../infrastructure/http/health.ts'
import { createRateLimit } from '../../infrastructure/http/rate-limit.ts'
import type { Route } from '../../infrastructure/http/routes.ts'
import { silentLogger, type Logger } from '../../infrastructure/observability/logger.ts'
import { createRegistry } from '../../infrastructure/observability/metrics.ts'
import { authenticateInTests } from './api.ts'

// An app of routes that are about nothing, to try on what is the same for all routes.

const bodySchema = z.strictObject({
  name: z.string().max(5),
  lines: z.array(z.strictObject({ quantity: z.int().min(1) })),
})
export const answers = { 200: { description: 'what was sent', body: z.unknown() } }

/** Answers what it was asked. */
export const echo = route({
  method: 'post',
  path: '/v1/things/{id}',
  summary: 'Echo',
  tag: 'things',
  access: ['customer'],
  answers,
  params: z.strictObject({ id: z.uuid() }),
  query: z.strictObject({ limit: z.coerce.number<string>().int().max(100).optional() }),
  headers: z.object({ 'Idempotency-Key': z.string().regex(/^[\x21-\x7e]{1,255}$/), 'If-Match': ifMatchHeader }),
  body: bodySchema,
  handle: async ({ params, query, headers, body, principal, rawBody }) => ({
    status: 200,
    body: {
      id: params.id,
      limit: query.limit ?? null,
      key: headers['Idempotency-Key'],
      seen: revisionNamedBy(headers['If-Match'])?.toString() ?? null,
      body,
      who: principal.subject,
      bytes: rawBody.length,
    },
    headers: { ETag: etagOf(7n) },
  }),
})

/** A route that ends in this error. */
export const failing = (path: string, error: Error, access: 'public' | readonly ['operator'] = 'public') =>
  route({
    method: 'get',
    path,
    summary: 'Fails',
    tag: 'things',
    access,
    answers,
    headers: z.object({ 'If-Match': ifMatchHeader }),
    handle: () => Promise.reject(error),
  })

export const routes = [
  echo,
  failing('/v1/operators', new Error('unreachable'), ['operator']),
  failing('/v1/refused', new Refusal('price_changed', 'The price is another one now.', { total: 5 })),
  failing('/v1/conflict', new VersionConflict('thing-1', 3n)),
  failing('/v1/away', new StoreUnavailable('connect ECONNREFUSED 10.0.0.1')),
  failing('/v1/broken', new TypeError('secret detail')),
]

/** All that an app needs besides its routes and a rate limit. */
export const parts = () => ({
  api: { title: 'Things', version: '1', description: 'Of the tests' },
  authenticate: authenticateInTests(),
  readiness: [],
  logger: silentLogger,
  registry: createRegistry({ service: 'test' }),
})

export const build = (
  overridden: {
    routes?: readonly Route[]
    readiness?: readonly ReadinessCheck[]
    logger?: Logger
    perSecond?: number
    edge?: Partial<EdgeOptions>
  } = {},
) => {
  return buildApi({
    ...parts(),
    routes: overridden.routes ?? routes,
    rateLimit: createRateLimit({
      RATE_LIMIT_PER_SECOND: overridden.perSecond ?? 1000,
      RATE_LIMIT_BURST: overridden.perSecond ?? 1000,
    }),
    readiness: overridden.readiness ?? [],
    logger: overridden.logger ?? silentLogger,
    edge: { ...usualEdge, ...overridden.edge },
    checkAnswers: true,
  })
}

/** Of a thing. */
export const id = '0b5d2c7e-6a41-4c39-9b0f-3f1f6f1f0a01'
/** A body that `echo` takes, and the header that it needs. */
export const good = { name: 'one', lines: [{ quantity: 1 }] }
export const key = { 'Idempotency-Key': 'k1' }
