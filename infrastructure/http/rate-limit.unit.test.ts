import { callerOf, tokenOf } from '../../test/specifications/api.ts'
import { expect } from 'chai'
import { answers, build, parts } from '../../test/specifications/things-api.ts'
import { buildApi } from '../../http-api/app.ts'
import { route } from '../../http-api/route.ts'
import { createRateLimit } from './rate-limit.ts'

describe('the rate limit', () => {
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

  it('counts who reads the description too, but nobody who asks for health or metrics', async () => {
    const nobody = callerOf(build({ perSecond: 1 }))
    await nobody.get('/openapi.json').answers(200)
    await nobody.get('/docs/').isRefused(429, 'too_many_requests')
    for (const path of ['/health/live', '/health/ready', '/metrics']) await nobody.get(path).answers(200)
  })
})
