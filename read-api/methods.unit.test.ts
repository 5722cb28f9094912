import { expect } from 'chai'
import supertest from 'supertest'
import { StoreUnavailable } from '../infrastructure/event-store/port.ts'
import { createRateLimit } from '../infrastructure/http/rate-limit.ts'
import { silentLogger } from '../infrastructure/observability/logger.ts'
import { createRegistry } from '../infrastructure/observability/metrics.ts'
import { authenticateInTests, callerOf, tokenOf } from '../test/specifications/api.ts'
import { buildReadApi } from './app.ts'

const away = () => Promise.reject(new StoreUnavailable('away'))
const app = buildReadApi({
  database: { query: away, ask: away },
  readiness: [],
  authenticate: authenticateInTests(),
  rateLimit: createRateLimit({ RATE_LIMIT_PER_SECOND: 1_000, RATE_LIMIT_BURST: 1_000 }),
  logger: silentLogger,
  registry: createRegistry({ service: 'test' }),
})

const whatIsAskedFor: Readonly<Record<string, string>> = { '/v1/reports/sales': '?from=2026-03-01&to=2026-03-31' }

describe('the read API', () => {
  it('is looked at alone, by GET and by HEAD, at each of its addresses', async () => {
    const { text } = await callerOf(app).get('/openapi.json').answers(200)
    const { paths } = JSON.parse(text) as { paths: Record<string, object> }
    const operator = tokenOf('olga', ['operator'])
    expect(Object.keys(paths).length).to.be.greaterThan(7)
    for (const path of Object.keys(paths)) {
      const place = path.replace('{sku}', 'MUG').replace('{id}', '0b5d2c7e-6a41-4c39-9b0f-3f1f6f1f0a01')
      const address = `${place}${whatIsAskedFor[path] ?? ''}`
      const { headers } = await callerOf(app).post(address, {}).isRefused(405, 'method_not_allowed')
      expect(headers['allow'], path).to.equal('GET, HEAD, OPTIONS')
      // With a token, as far as the database that is away.
      const got = await callerOf(app, operator).get(address).isRefused(503, 'store_unavailable')
      const looked = await supertest(app).head(address).set('Authorization', `Bearer ${operator}`)
      expect([looked.status, looked.text, looked.headers['content-type']], path).to.deep.equal([
        503,
        undefined,
        got.headers['content-type'],
      ])
    }
  })
})
