import { expect } from 'chai'
import { callerOf, tokenOf } from '../../test/specifications/api.ts'
import { answers, parts } from '../../test/specifications/things-api.ts'
import { buildApi } from '../../http-api/app.ts'
import { route } from '../../http-api/route.ts'
import type { Authenticate } from './authentication.ts'
import { usualEdge } from './edge-config.ts'
import { unavailable } from './problem.ts'
import { createRateLimit } from './rate-limit.ts'

describe('who comes in while nobody can tell who it is', () => {
  it('has not failed by that, and is let in as soon as it can be told', async () => {
    const { authenticate, ...rest } = parts()
    let away = true
    const sometimes: Authenticate = (request, response) =>
      away
        ? Promise.reject(unavailable('identity_provider_unavailable', 'Not now.', 2))
        : authenticate(request, response)
    const app = buildApi({
      ...rest,
      authenticate: sometimes,
      routes: [
        route({
          method: 'get',
          path: '/v1/mine',
          tag: 'things',
          summary: 'Mine',
          access: ['customer'],
          answers,
          handle: async () => ({ status: 200, body: {} }),
        }),
      ],
      rateLimit: createRateLimit({ RATE_LIMIT_PER_SECOND: 1_000, RATE_LIMIT_BURST: 1_000 }),
      edge: { ...usualEdge, FAILED_AUTHENTICATIONS_PER_MINUTE: 6 },
    })
    const alice = callerOf(app, tokenOf('alice', ['customer']))
    for (let n = 0; n < 20; n += 1) {
      const { headers } = await alice.get('/v1/mine').isRefused(503, 'identity_provider_unavailable')
      expect(headers['retry-after']).to.equal('2')
    }
    away = false
    await alice.get('/v1/mine').answers(200)
  })
})
