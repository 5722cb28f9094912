import { expect } from 'chai'
import express from 'express'
import helmet from 'helmet'
import jwt from 'jsonwebtoken'
import { z } from 'zod'
import { Refusal } from '../../domain/shared/refusal.ts'
import { authenticateInTests, callerOf, testAuthentication, tokenOf } from '../../test/specifications/api.ts'
import { StoreUnavailable, VersionConflict } from '../event-store/port.ts'
import { projectVersion } from '../observability/project-version.ts'
import type { Fields, Logger } from '../observability/logger.ts'
import { silentLogger } from '../observability/logger.ts'
import { createRegistry } from '../observability/metrics.ts'
import { etagOf, ifMatchHeader, revisionNamedBy } from './etag.ts'
import type { ReadinessCheck } from './health.ts'
import { createRateLimit } from './rate-limit.ts'
import { route } from '../../http-api/route.ts'
import type { Route } from './routes.ts'
import { buildApi } from '../../http-api/app.ts'

const bodySchema = z.strictObject({
  name: z.string().max(5),
  lines: z.array(z.strictObject({ quantity: z.int().min(1) })),
})
const answers = { 200: { description: 'what was sent', body: z.unknown() } }

const echo = route({
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

const failing = (path: string, error: Error, access: 'public' | readonly ['operator'] = 'public') =>
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

const routes = [
  echo,
  failing('/v1/operators', new Error('unreachable'), ['operator']),
  failing('/v1/refused', new Refusal('price_changed', 'The price is another one now.', { total: 5 })),
  failing('/v1/conflict', new VersionConflict('thing-1', 3n)),
  failing('/v1/away', new StoreUnavailable('connect ECONNREFUSED 10.0.0.1')),
  failing('/v1/broken', new TypeError('secret detail')),
]

const parts = () => ({
  api: { title: 'Things', version: '1', description: 'Of the tests' },
  authenticate: authenticateInTests(),
  readiness: [],
  logger: silentLogger,
  registry: createRegistry({ service: 'test' }),
})

const build = (
  overridden: {
    routes?: readonly Route[]
    readiness?: readonly ReadinessCheck[]
    logger?: Logger
    perSecond?: number
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
    checkAnswers: true,
  })
}

const id = '0b5d2c7e-6a41-4c39-9b0f-3f1f6f1f0a01'
const good = { name: 'one', lines: [{ quantity: 1 }] }
const key = { 'Idempotency-Key': 'k1' }

describe('an app of routes', () => {
  const app = build()
  const alice = callerOf(app, tokenOf('alice', ['customer']))
  const nobody = callerOf(app)

  it('hands a checked request to its handler', async () => {
    const { headers } = await alice.post(`/v1/things/${id}?limit=5`, good, { ...key, 'If-Match': '"6"' }).answers(200, {
      id,
      limit: 5,
      key: 'k1',
      seen: '6',
      body: good,
      who: 'alice',
      bytes: JSON.stringify(good).length,
    })
    expect([headers['etag'], headers['cache-control']]).to.deep.equal(['"7"', 'no-store'])
  })

  describe('refuses what is malformed, and names every field', () => {
    it('wrong values and unknown fields', () =>
      alice
        .post(`/v1/things/x?limit=200&more=1`, {
          name: 'too long',
          lines: [{ quantity: 1 }, { quantity: 1.5, colour: 'red' }],
          other: 1,
        })
        .isRefused(400, 'invalid_request', [
          'id',
          'limit',
          'more',
          'Idempotency-Key',
          'name',
          'lines.1.quantity',
          'lines.1.colour',
          'other',
        ]))
    it('no body', () =>
      alice.post(`/v1/things/${id}`, undefined, key).isRefused(400, 'invalid_request', ['name', 'lines']))
    it('broken JSON', () => alice.post(`/v1/things/${id}`, '{"name":', key).isRefused(400, 'invalid_request', ['']))
    it('a body that is no object', () =>
      alice.post(`/v1/things/${id}`, '[]', key).isRefused(400, 'invalid_request', ['']))
    it('another content type', () =>
      alice
        .post(`/v1/things/${id}`, '<a/>', { ...key, 'Content-Type': 'text/xml' })
        .isRefused(415, 'unsupported_media_type'))
    it('another character set', () =>
      alice
        .post(`/v1/things/${id}`, '{}', { ...key, 'Content-Type': 'application/json; charset=latin1' })
        .isRefused(415, 'unsupported_media_type'))
    it('more than 64 KB', () =>
      alice.post(`/v1/things/${id}`, { ...good, name: 'x'.repeat(65_536) }, key).isRefused(413, 'body_too_large'))
    it('an If-Match that is no revision', () =>
      alice
        .post(`/v1/things/${id}`, good, { ...key, 'If-Match': 'W/"6"' })
        .isRefused(400, 'invalid_request', ['If-Match']))
    it('a path that cannot be decoded', () =>
      alice.post('/v1/things/%E0%A4%A', good, key).isRefused(400, 'invalid_request'))
    it('an address that is not there', () => alice.get('/v1/nothing').isRefused(404, 'not_found'))
  })

  describe('asks who it is', () => {
    const refused = async (token?: string) => {
      const { headers } = await callerOf(app, token).post(`/v1/things/${id}`, good, key).isRefused(401, 'unauthorized')
      return { authenticate: headers['www-authenticate'] as unknown }
    }
    const { JWT_SECRET: secret, JWT_ISSUER: issuer, JWT_AUDIENCE: audience } = testAuthentication
    const signed = (payload: object, options: jwt.SignOptions = {}, by: string = secret) =>
      jwt.sign(payload, by, { issuer, audience, expiresIn: 60, ...options })
    const claims = { sub: 'alice', roles: ['customer'] }

    it('no token', async () => expect((await refused()).authenticate).to.equal('Bearer realm="orders"'))
    it('no JWT', async () => expect((await refused('abc')).authenticate).to.include('invalid_token'))
    it('expired', async () =>
      expect((await refused(signed(claims, { expiresIn: -1 }))).authenticate).to.include('The token has expired.'))
    it('forged', async () => {
      await refused(signed(claims, {}, 'another secret, just as long as that'))
    })
    it('another issuer', async () => {
      await refused(signed(claims, { issuer: 'somebody' }))
    })
    it('another audience', async () => {
      await refused(signed(claims, { audience: 'else' }))
    })
    it('alg none', async () => {
      await refused(jwt.sign({ ...claims, iss: issuer, aud: audience, exp: 9_999_999_999 }, '', { algorithm: 'none' }))
    })
    it('an algorithm that is not pinned', async () => {
      await refused(signed(claims, { algorithm: 'HS512' }))
    })
    it('no expiry', async () => {
      await refused(jwt.sign(claims, secret, { issuer, audience }))
    })
    it('no subject', async () => {
      await refused(signed({ roles: ['customer'] }))
    })
    it('a subject that nobody can be called', async () => {
      await refused(signed({ ...claims, sub: 'a\0' }))
    })
    it('no roles', async () => {
      await refused(signed({ sub: 'alice' }))
    })
    it('roles that count for nothing here', () =>
      callerOf(app, signed({ sub: 'alice', roles: ['king'] }))
        .post(`/v1/things/${id}`, good, key)
        .isRefused(403, 'forbidden'))
    it('another role', () => alice.get('/v1/operators').isRefused(403, 'forbidden'))
    it('an admin may what an operator may', () =>
      callerOf(app, tokenOf('root', ['admin']))
        .get('/v1/operators')
        .isRefused(500, 'internal_error'))
  })

  describe('says what went wrong, and no more', () => {
    it('a refusal, with its facts', async () => {
      const { text } = await nobody.get('/v1/refused').isRefused(409, 'price_changed')
      const { detail, facts } = JSON.parse(text) as { detail: string; facts: unknown }
      expect({ detail, facts }).to.deep.equal({ detail: 'The price is another one now.', facts: { total: 5 } })
    })
    it('a revision that was named and has passed', () =>
      nobody.get('/v1/conflict', { 'If-Match': '"3"' }).isRefused(412, 'precondition_failed'))
    it('a conflict that nobody named', () => nobody.get('/v1/conflict').isRefused(503, 'busy'))
    it('a store that is away', async () => {
      const { headers, text } = await nobody.get('/v1/away').isRefused(503, 'store_unavailable')
      expect(headers['retry-after']).to.equal('1')
      expect(text).not.to.include('ECONNREFUSED')
    })
    it('a broken promise of the code', async () => {
      const { text } = await nobody.get('/v1/broken').isRefused(500, 'internal_error')
      expect(text).not.to.include('secret detail').and.not.to.include('TypeError')
    })
    it("the caller's trace", async () => {
      const { text } = await nobody
        .get('/v1/broken', { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' })
        .isRefused(500, 'internal_error')
      expect((JSON.parse(text) as { traceId: string }).traceId).to.equal('0af7651916cd43dd8448eb211c80319c')
    })
  })

  it('lets a subject make so many requests and no more, and says when the next', async () => {
    const limited = build({ perSecond: 2 })
    const bob = callerOf(limited, tokenOf('bob', ['customer']))
    await bob.get('/v1/operators').isRefused(403, 'forbidden')
    await bob.get('/v1/operators').isRefused(403, 'forbidden')
    const { headers } = await bob.get('/v1/operators').isRefused(429, 'too_many_requests')
    expect(headers['retry-after']).to.equal('1')
    await callerOf(limited, tokenOf('carol', ['customer']))
      .get('/v1/operators')
      .isRefused(403, 'forbidden')
  })

  it('counts whom it does not know by their address, but not where a route is unlimited', async () => {
    const open = (path: string, unlimited: boolean) =>
      route({
        method: 'get',
        path,
        summary: 'Open',
        tag: 'things',
        access: 'public',
        answers,
        unlimited,
        handle: async () => ({ status: 200, body: {} }),
      })
    const app = buildApi({
      ...parts(),
      routes: [open('/v1/open', false), open('/v1/flood', true)],
      rateLimit: createRateLimit({ RATE_LIMIT_PER_SECOND: 1, RATE_LIMIT_BURST: 1 }),
      checkAnswers: false,
    })
    await callerOf(app).get('/v1/open').answers(200)
    await callerOf(app).get('/v1/open').isRefused(429, 'too_many_requests')
    await callerOf(app).get('/v1/flood').answers(200)
  })

  it('is alive whatever is away, and ready only when nothing is', async () => {
    await callerOf(build()).get('/health/ready').answers(200, { status: 'ready' })
    const away = callerOf(
      build({
        readiness: [
          { name: 'store', check: () => Promise.reject(new Error('away')) },
          { name: 'ok', check: () => undefined },
        ],
      }),
    )
    await away.get('/health/live').answers(200, { status: 'live', version: projectVersion })
    await away.get('/health/ready').answers(503, { status: 'not ready', reasons: [{ name: 'store', reason: 'away' }] })
  })

  it('counts by the template of the route', async () => {
    const counted = build()
    await callerOf(counted, tokenOf('alice', ['customer']))
      .post(`/v1/things/${id}`, good, key)
      .answers(200)
    await callerOf(counted).get('/nowhere').answers(404)
    await callerOf(counted).get('/health/ready').answers(200)
    const { text } = await callerOf(counted).get('/metrics').answers(200)
    const counts = text.split('\n').filter((line) => line.startsWith('http_request_duration_seconds_count'))
    expect(counts).to.deep.equal([
      'http_request_duration_seconds_count{service="test",method="POST",route="/v1/things/{id}",status="200"} 1',
      'http_request_duration_seconds_count{service="test",method="GET",route="unmatched",status="404"} 1',
      'http_request_duration_seconds_count{service="test",method="GET",route="/health/ready",status="200"} 1',
    ])
  })

  it('writes one line a request, with the error where it is ours', async () => {
    const lines: [string, Fields][] = []
    const write = (message: string, fields: Fields = {}) => {
      lines.push([message, fields])
    }
    const logger: Logger = { ...silentLogger, info: write, error: write, isOn: () => true }
    await callerOf(build({ logger })).get('/v1/broken').answers(500)
    expect(
      lines.map(([message, { route: template, error }]) => [message, template, (error as Error).message]),
    ).to.deep.equal([['GET /v1/broken 500', '/v1/broken', 'secret detail']])
  })

  it('tells a good look at the level debug, and all that changes or fails above it', async () => {
    const levels: string[] = []
    const at = (level: string) => (message: string) => {
      levels.push(`${level} ${message}`)
    }
    const logger: Logger = {
      ...silentLogger,
      debug: at('debug'),
      info: at('info'),
      warn: at('warn'),
      error: at('error'),
      isOn: () => true,
    }
    const open = route({
      method: 'get',
      path: '/v1/open',
      summary: 'Open',
      tag: 'things',
      access: 'public',
      answers,
      handle: async () => ({ status: 200, body: {} }),
    })
    const told = build({ logger, routes: [...routes, open] })
    await callerOf(told).get('/v1/open').answers(200)
    await callerOf(told).get('/health/live').answers(200)
    await callerOf(told, tokenOf('alice', ['customer']))
      .post(`/v1/things/${id}`, good, key)
      .answers(200)
    for (const [path, status] of [
      ['/v1/refused', 409],
      ['/v1/away', 503],
      ['/v1/broken', 500],
    ] as const)
      await callerOf(told).get(path).answers(status)
    expect(levels).to.deep.equal([
      'debug GET /v1/open 200',
      'debug GET /health/live 200',
      `info POST /v1/things/${id} 200`,
      'info GET /v1/refused 409',
      'warn GET /v1/away 503',
      'error GET /v1/broken 500',
    ])
  })

  it('puts no line together that nobody writes', async () => {
    const logger: Logger = {
      ...silentLogger,
      debug: () => expect.fail('it wrote a line'),
      isOn: (level) => level !== 'debug',
    }
    await callerOf(build({ logger })).get('/health/live').answers(200)
  })

  it('sets the headers that helmet sets, on every answer', async () => {
    const expected = express()
    expected.use(
      helmet({ contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } } }),
      (_request, response) => {
        response.json({})
      },
    )
    const { headers: wanted } = await callerOf(expected).get('/').answers(200)
    const ofHelmet = Object.entries(wanted).filter(
      ([name]) =>
        !['x-powered-by', 'content-type', 'content-length', 'etag', 'date', 'connection', 'keep-alive'].includes(name),
    )
    expect(ofHelmet).to.have.lengthOf(12)
    for (const path of ['/v1/refused', '/v1/nothing', '/health/live', '/docs/']) {
      const { headers } = await nobody.get(path).answers({ '/v1/refused': 409, '/v1/nothing': 404 }[path] ?? 200)
      expect(Object.fromEntries(ofHelmet.map(([name]) => [name, headers[name]])), path).to.deep.equal(
        Object.fromEntries(ofHelmet),
      )
    }
  })

  it('answers whole whatever revision the caller has', async () => {
    const tagged = route({
      method: 'get',
      path: '/v1/tagged',
      summary: 'Tagged',
      tag: 'things',
      access: 'public',
      answers,
      handle: async () => ({ status: 200, body: { text: 'Grüße' }, headers: { ETag: etagOf(3n) } }),
    })
    const { headers } = await callerOf(build({ routes: [tagged] }))
      .get('/v1/tagged', { 'If-None-Match': '"3"' })
      .answers(200, { text: 'Grüße' })
    expect([headers['content-type'], headers['etag']]).to.deep.equal(['application/json; charset=utf-8', '"3"'])
  })

  it('describes its routes, and shows them', async () => {
    const { text } = await nobody.get('/openapi.json').answers(200)
    const document = JSON.parse(text) as {
      openapi: string
      paths: Record<
        string,
        { post: { responses: object; security: unknown; parameters: { in: string; name: string }[] } }
      >
    }
    const { post } = document.paths['/v1/things/{id}'] ?? expect.fail('the route is not described')
    expect(document.openapi).to.equal('3.1.0')
    expect(Object.keys(post.responses)).to.deep.equal([
      '200',
      '400',
      '401',
      '403',
      '412',
      '413',
      '415',
      '429',
      '500',
      '503',
    ])
    expect(post.parameters.map(({ in: where, name }) => `${where} ${name}`)).to.have.members([
      'path id',
      'query limit',
      'header Idempotency-Key',
      'header If-Match',
    ])
    await nobody.get('/docs/').answers(200)
  })

  it('does not start with a route that nobody said may', () => {
    const { access: _access, ...open } = echo
    // As JavaScript would let it through.
    expect(() => build({ routes: [open as Route] })).to.throw('POST /v1/things/{id} does not say who may')
    expect(() => build({ routes: [echo, echo] })).to.throw('POST /v1/things/{id} is declared twice')
  })
})
