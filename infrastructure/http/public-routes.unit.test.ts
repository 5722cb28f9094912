import { expect } from 'chai'
import { callerOf, tokenOf } from '../../test/specifications/api.ts'
import { answers, build, parts } from '../../test/specifications/things-api.ts'
import { buildApi } from '../../http-api/app.ts'
import { route } from '../../http-api/route.ts'
import { silentLogger, type Fields } from '../observability/logger.ts'
import type { Authenticate } from './authentication.ts'
import { usualEdge } from './edge-config.ts'
import { listen } from './listen.ts'
import { unavailable } from './problem.ts'
import { createRateLimit } from './rate-limit.ts'

const common = { method: 'get', tag: 'things', summary: 'A thing', access: 'public', answers } as const
const open = route({
  ...common,
  path: '/v1/open',
  handle: async ({ principal }) => ({ status: 200, body: { who: principal?.subject ?? null } }),
})
const alice = tokenOf('alice', ['customer'])
const from = (address: string) => ({ 'X-Forwarded-For': address })
const edge = { TRUSTED_PROXIES: ['loopback'] }

describe('what anybody may ask for', () => {
  it('knows who is signed in, and refuses a token that does not hold', async () => {
    const app = build({ routes: [open] })
    await callerOf(app).get('/v1/open').answers(200, { who: null })
    await callerOf(app, alice).get('/v1/open').answers(200, { who: 'alice' })
    const { headers } = await callerOf(app, 'invented').get('/v1/open').isRefused(401, 'unauthorized')
    expect(headers['www-authenticate']).to.include('invalid_token')
  })

  it('counts who is signed in by the subject, not by the address', async () => {
    const app = build({ routes: [open], perSecond: 5, edge })
    const ask = (token: string | undefined, address: string) =>
      callerOf(app, token).get('/v1/open', from(address)).answered()
    const first = await Promise.all(Array.from({ length: 12 }, () => ask(undefined, '192.0.2.1')))
    expect(first.filter(({ status }) => status === 429).length).to.be.greaterThan(0)
    expect((await ask(alice, '192.0.2.1')).status).to.equal(200)
    const many = await Promise.all(Array.from({ length: 12 }, (_, n) => ask(alice, `198.51.100.${n}`)))
    expect(many.filter(({ status }) => status === 429).length).to.be.greaterThan(0)
  })

  it('needs no seat of who is signed in: those who are not hold nobody up', async () => {
    let release = (): void => undefined
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    let strangers = 0
    const slow = route({
      ...common,
      path: '/v1/slow',
      handle: async ({ principal }) => {
        if (principal === undefined) {
          strangers += 1
          await released
        }
        return { status: 200, body: {} }
      },
    })
    const server = await listen(build({ routes: [slow], perSecond: 5_000, edge }), { host: '127.0.0.1', port: 0 })
    try {
      const flood = Array.from({ length: 100 }, (_, n) =>
        callerOf(server.url)
          .get('/v1/slow', from(`198.51.100.${n % 5}`))
          .answered(),
      )
      while (strangers < 64) await callerOf(server.url, alice).get('/v1/slow').answers(200)
      await callerOf(server.url, alice).get('/v1/slow').answers(200)
      expect(strangers).to.equal(64)
      release()
      expect((await Promise.all(flood)).map(({ status }) => status)).to.deep.equal(Array(100).fill(200))
    } finally {
      await server.close()
    }
  })

  it('is answered as to anybody while nobody can tell who it is', async () => {
    const away: Authenticate = () => Promise.reject(unavailable('identity_provider_unavailable', 'Not now.', 2))
    const rateLimit = createRateLimit({ RATE_LIMIT_PER_SECOND: 1_000, RATE_LIMIT_BURST: 1_000 })
    const app = buildApi({ ...parts(), authenticate: away, routes: [open], rateLimit, edge: usualEdge })
    await callerOf(app, alice).get('/v1/open').answers(200, { who: null })
  })

  it('is still open to a token that is not looked at, since too many from there did not hold', async () => {
    const app = build({ routes: [open], edge: { ...edge, FAILED_AUTHENTICATIONS_PER_MINUTE: 6 } })
    await callerOf(app, 'invented').get('/v1/open', from('192.0.2.1')).isRefused(401, 'unauthorized')
    await callerOf(app, alice).get('/v1/open', from('192.0.2.1')).answers(200, { who: null })
    await callerOf(app, alice).get('/v1/open', from('192.0.2.2')).answers(200, { who: 'alice' })
  })
})

describe('a proxy that is not trusted', () => {
  it('is told of also where all callers sign in', async () => {
    const told: [string, Fields][] = []
    const warn = (message: string, fields: Fields = {}) => told.push([message, fields])
    const mine = route({
      ...common,
      path: '/v1/mine',
      access: ['customer'],
      handle: async () => ({ status: 200, body: {} }),
    })
    const app = build({ routes: [mine], logger: { ...silentLogger, warn } })
    for (let n = 0; n < 3; n += 1) await callerOf(app, alice).get('/v1/mine', from('192.0.2.1')).answers(200)
    expect(told.map(([message]) => message.includes('TRUSTED_PROXIES'))).to.deep.equal([true])
  })
})
