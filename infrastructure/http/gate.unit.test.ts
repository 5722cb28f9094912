import { Agent, request, type OutgoingHttpHeaders } from 'node:http'
import type { Express } from 'express'
import { expect } from 'chai'
import { callerOf, tokenOf } from '../../test/specifications/api.ts'
import { answers, build, parts } from '../../test/specifications/things-api.ts'
import { buildApi } from '../../http-api/app.ts'
import { route } from '../../http-api/route.ts'
import { silentLogger } from '../observability/logger.ts'
import type { Authenticate } from './authentication.ts'
import { usualEdge } from './edge-config.ts'
import { listen } from './listen.ts'
import { createRateLimit } from './rate-limit.ts'

const common = { tag: 'things', summary: 'A thing', answers } as const
const done = async () => ({ status: 200, body: {} })
const catalogue = route({ ...common, method: 'get', path: '/v1/catalogue', access: 'public', handle: done })
const mine = route({ ...common, method: 'get', path: '/v1/mine', access: ['customer'], handle: done })

const good = tokenOf('alice', ['customer'])
const later = tokenOf('alice', ['customer'], { ttlSeconds: 3_601 })
const from = (address: string) => ({ 'X-Forwarded-For': address })

/** So many of each status. */
const statuses = async (count: number, ask: (n: number) => Promise<{ readonly status: number }>) => {
  const found: Record<number, number> = {}
  await Promise.all(
    Array.from({ length: count }, async (_, n) => {
      const { status } = await ask(n)
      found[status] = (found[status] ?? 0) + 1
    }),
  )
  return found
}
type Get = (path: string, headers: OutgoingHttpHeaders) => Promise<{ readonly status: number }>
const listening = async <Result>(
  app: Express,
  use: (get: Get, url: string) => Promise<Result>,
  agent = new Agent({ keepAlive: true, maxSockets: 8 }),
): Promise<Result> => {
  const server = await listen(app, { host: '127.0.0.1', port: 0, closeLimitMs: 100 })
  const get: Get = (path, headers) =>
    new Promise((resolve, reject) => {
      request(`${server.url}${path}`, { agent, headers }, (response) => {
        response.resume().once('end', () => resolve({ status: response.statusCode ?? 0 }))
      })
        .once('error', reject)
        .end()
    })
  try {
    return await use(get, server.url)
  } finally {
    agent.destroy()
    await server.close()
  }
}

describe('who comes in', () => {
  describe('behind a proxy', () => {
    const behind = (proxies: readonly string[]) =>
      build({ routes: [catalogue], perSecond: 10, edge: { TRUSTED_PROXIES: [...proxies] } })
    /** By 20 visitors. */
    const reads = (app: Express, count: number) =>
      listening(app, (get) => statuses(count, (n) => get('/v1/catalogue', from(`198.51.100.${n % 20}`))))

    it('that is trusted, each visitor is counted alone', async () => {
      expect(await reads(behind(['loopback']), 100)).to.deep.equal({ 200: 100 })
    })

    it('that is not trusted, nobody is believed to be somebody else, and that is told once', async () => {
      const told: string[] = []
      const app = build({
        routes: [catalogue],
        perSecond: 10,
        logger: { ...silentLogger, warn: (message) => told.push(message) },
      })
      const { 200: taken = 0, 429: refused = 0 } = await reads(app, 100)
      expect([taken + refused, taken >= 10, refused > 0]).to.deep.equal([100, true, true])
      expect(told).to.have.lengthOf(1)
      expect(told[0]).to.include('TRUSTED_PROXIES')
    })

    it('what somebody writes in front of what the proxy adds counts for nothing', async () => {
      const found = await listening(behind(['loopback']), (get) =>
        statuses(200, (n) => get('/v1/catalogue', from(`203.0.113.${n}, 198.51.100.1`))),
      )
      expect(found[429]).to.be.greaterThan(0)
    })

    it('whoever has a whole /64 is one', async () => {
      const found = await listening(behind(['loopback']), (get) =>
        statuses(200, (n) => get('/v1/catalogue', from(`2001:db8::${n.toString(16)}`))),
      )
      expect(found[429]).to.be.greaterThan(0)
    })
  })

  describe('with tokens that do not hold', () => {
    /** Also counts how often a token was looked at. */
    const counting = (perMinute: number) => {
      const { authenticate, ...rest } = parts()
      const looks = { at: 0 }
      const counted: Authenticate = (request, response) => {
        looks.at += 1
        return authenticate(request, response)
      }
      const app = buildApi({
        ...rest,
        authenticate: counted,
        routes: [mine],
        rateLimit: createRateLimit({ RATE_LIMIT_PER_SECOND: 1_000, RATE_LIMIT_BURST: 1_000 }),
        edge: { ...usualEdge, TRUSTED_PROXIES: ['loopback'], FAILED_AUTHENTICATIONS_PER_MINUTE: perMinute },
      })
      return { app, looks }
    }
    const ask = (app: Express, token: string, address: string) => callerOf(app, token).get('/v1/mine', from(address))

    it('is refused by address before they are looked at, and told when to come again', async () => {
      const { app, looks } = counting(60)
      for (let n = 0; n < 10; n += 1) await ask(app, `invented-${n}`, '192.0.2.1').isRefused(401, 'unauthorized')
      const { headers } = await ask(app, 'invented', '192.0.2.1').isRefused(429, 'too_many_requests')
      expect(Number(headers['retry-after'])).to.be.within(1, 10)
      for (let n = 0; n < 50; n += 1) await ask(app, `more-${n}`, '192.0.2.1').isRefused(429, 'too_many_requests')
      expect(looks.at).to.equal(10)
      await ask(app, good, '192.0.2.2').answers(200)
    })

    it('keeps nobody out who was let in before, behind the same address', async () => {
      const { app } = counting(60)
      await ask(app, good, '192.0.2.1').answers(200)
      for (let n = 0; n < 20; n += 1) await ask(app, `invented-${n}`, '192.0.2.1').answered()
      for (let n = 0; n < 20; n += 1) await ask(app, `invented-${n}`, '192.0.2.1').isRefused(429, 'too_many_requests')
      await ask(app, good, '192.0.2.1').answers(200)
      await ask(app, later, '192.0.2.1').isRefused(429, 'too_many_requests')
    })

    it('from all the world they are looked at so many times a second, but for the first of each address', async () => {
      const { app, looks } = counting(12)
      await ask(app, good, '192.0.2.1').answers(200)
      const found = await statuses(100, (n) => ask(app, `invented-${n}`, `198.51.100.${n % 50}`).answered())
      // One of each address, and ten a second: the machine may take two or three for all of them.
      expect(looks.at).to.be.within(51, 90)
      expect(found[429]).to.be.greaterThan(10)
      await ask(app, good, '192.0.2.1').answers(200)
      await ask(app, later, '192.0.2.3').answers(200)
    })

    it('from the networks of one household they are counted together', async () => {
      const { app, looks } = counting(60)
      const found = await statuses(100, (n) => ask(app, `invented-${n}`, `2001:db8:0:${n.toString(16)}::1`).answered())
      // Twenty of a /56, and those that were under way.
      expect(looks.at).to.be.within(20, 60)
      expect(found[429]).to.be.greaterThan(30)
      await ask(app, good, '2001:db8:1::1').answers(200)
    })

    it('without any it is refused at no cost, and that counts for nothing', async () => {
      const { app } = counting(6)
      for (let n = 0; n < 5; n += 1) await callerOf(app).get('/v1/mine').isRefused(401, 'unauthorized')
      await callerOf(app, good).get('/v1/mine').answers(200)
    })
  })

  it('not signed in takes no more than a share, and holds up nobody who is', async () => {
    let open = (): void => undefined
    const opened = new Promise<void>((resolve) => {
      open = resolve
    })
    let underWay = 0
    const slow = route({
      ...common,
      method: 'get',
      path: '/v1/slow',
      access: 'public',
      handle: async () => {
        underWay += 1
        await opened
        return done()
      },
    })
    const app = build({ routes: [slow, mine], perSecond: 5_000, edge: { TRUSTED_PROXIES: ['loopback'] } })
    const crowd = async (get: Get, url: string) => {
      const flood = statuses(200, (n) => get('/v1/slow', from(`198.51.100.${n % 2}`)))
      const other = get('/v1/slow', from('192.0.2.1'))
      for (let n = 0; n < 5; n += 1) await callerOf(url, good).get('/v1/mine').answers(200)
      // Sixteen each of the two addresses, and the one of the third.
      while (underWay < 33) await callerOf(url, good).get('/v1/mine').answers(200)
      expect(underWay).to.equal(33)
      open()
      expect([await flood, (await other).status]).to.deep.equal([{ 200: 200 }, 200])
    }
    await listening(app, crowd, new Agent())
  })
})
