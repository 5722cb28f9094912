import { generateKeyPairSync } from 'node:crypto'
import { Agent, request, type OutgoingHttpHeaders } from 'node:http'
import { expect } from 'chai'
import jwt from 'jsonwebtoken'
import { answers } from '../../test/specifications/things-api.ts'
import { buildApi } from '../../http-api/app.ts'
import { authenticationWith } from '../../http-api/authentication.ts'
import { route } from '../../http-api/route.ts'
import { silentLogger, type Fields } from '../observability/logger.ts'
import { createRegistry } from '../observability/metrics.ts'
import { usualEdge } from './edge-config.ts'
import { listen } from './listen.ts'
import { createRateLimit } from './rate-limit.ts'

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const [issuer, audience] = ['https://issuer.example', 'the-shop']
const signed = (sub: string) =>
  jwt.sign({ sub, roles: ['customer'] }, privateKey, {
    algorithm: 'ES256',
    keyid: 'k',
    issuer,
    audience,
    expiresIn: 60,
  })
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const invented = (n: number) =>
  `${part({ alg: 'ES256', kid: `invented-${n}` })}.${part({ sub: 'mallory', iss: issuer, aud: audience })}.AAAA`

describe('a flood of callers who are not signed in', () => {
  it('costs one fetch of keys and few lines, and whoever is signed in does not notice, behind the same address', async () => {
    let fetches = 0
    const issuing = await listen(
      (_request, response) => {
        fetches += 1
        response.end(JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k', use: 'sig' }] }))
      },
      { host: '127.0.0.1', port: 0 },
    )
    const lines: Fields[] = []
    const note = (_message: string, fields: Fields = {}) => lines.push(fields)
    let reads = 0
    const common = { method: 'get', tag: 'things', summary: 'A thing', answers } as const
    const app = buildApi({
      api: { title: 'Things', version: '1', description: 'Of the tests' },
      routes: [
        route({ ...common, path: '/v1/mine', access: ['customer'], handle: async () => ({ status: 200, body: {} }) }),
        route({
          ...common,
          path: '/v1/open',
          access: 'public',
          handle: async () => {
            reads += 1
            return { status: 200, body: {} }
          },
        }),
      ],
      authenticate: authenticationWith({ JWT_ISSUER: issuer, JWT_AUDIENCE: audience, JWT_JWKS_URL: issuing.url }),
      rateLimit: createRateLimit({ RATE_LIMIT_PER_SECOND: 20, RATE_LIMIT_BURST: 40 }),
      edge: { ...usualEdge, FAILED_AUTHENTICATIONS_PER_MINUTE: 60 },
      readiness: [],
      logger: { ...silentLogger, info: note, warn: note, error: note, isOn: (level) => level !== 'debug' },
      registry: createRegistry({ service: 'test' }),
    })
    const server = await listen(app, { host: '127.0.0.1', port: 0 })
    const agents = [new Agent({ keepAlive: true, maxSockets: 8 }), new Agent({ keepAlive: true })] as const
    const ask = (path: string, headers: OutgoingHttpHeaders, agent: Agent) =>
      new Promise<number | undefined>((resolve, reject) => {
        request(`${server.url}${path}`, { agent, headers }, (response) => {
          response.resume().once('end', () => resolve(response.statusCode))
        })
          .once('error', reject)
          .end()
      })
    const bearer = (token: string) => ({ Authorization: `Bearer ${token}` })
    const alice = bearer(signed('alice'))
    try {
      expect(await ask('/v1/mine', alice, agents[1])).to.equal(200)
      const flood = Array.from({ length: 150 }, (_, n) => [
        ask('/v1/mine', bearer(invented(n)), agents[0]),
        ask('/v1/open', {}, agents[0]),
      ]).flat()
      const looks: (number | undefined)[] = []
      for (let n = 0; n < 15; n += 1) looks.push(await ask('/v1/mine', alice, agents[1]))
      const found = await Promise.all(flood)
      looks.push(await ask('/v1/mine', alice, agents[1]))
      expect(looks).to.deep.equal(Array(16).fill(200))
      const of = (status: number) => found.filter((one) => one === status).length
      // Of the tokens at most ten in ten seconds were looked at, and of the reads some were let in.
      expect([of(401) >= 10, of(401) <= 30, of(429) > 100, of(200) === reads]).to.deep.equal([true, true, true, true])
      expect(of(401) + of(429) + of(200)).to.equal(300)
      expect(fetches).to.equal(1)
      // Twenty in ten seconds, and a line on those that were left out.
      expect(lines.length).to.be.within(20, 65)
    } finally {
      for (const agent of agents) agent.destroy()
      await Promise.all([server.close(), issuing.close()])
    }
  })
})
