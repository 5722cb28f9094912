import { expect } from 'chai'
import type { QueryResultRow } from 'pg'
import { positionToText } from '../../infrastructure/event-store/position.ts'
import { createRateLimit } from '../../infrastructure/http/rate-limit.ts'
import { listen } from '../../infrastructure/http/listen.ts'
import { usualEdge } from '../../infrastructure/http/edge-config.ts'
import { silentLogger } from '../../infrastructure/observability/logger.ts'
import { createRegistry } from '../../infrastructure/observability/metrics.ts'
import { authenticateInTests, callerOf, tokenOf } from '../../test/specifications/api.ts'
import { until } from '../../test/support/until.ts'
import { buildReadApi } from '../app.ts'
import type { Database } from '../database.ts'

const at = (commit: bigint) => positionToText({ commit, prepare: commit })
const tables = ['orders', 'timeline', 'sales', 'stock', 'products']

/** An empty catalogue, with how often it is asked for. */
const emptyCatalogue = (answersWhen: Promise<void>) => {
  const asked = { atOnce: 0, mostAtOnce: 0, positions: 0, now: at(1n) }
  const rowsOf = (text: string) => {
    if (text.includes('position from projection_checkpoints') && !text.includes('once')) {
      asked.positions += 1
      return tables.map((name) => ({ name, position: asked.now }))
    }
    return [{ 'position 0': asked.now, 'position 1': asked.now, 'is there': null, 'stands still': false }]
  }
  const query = async <Row extends QueryResultRow>(question: string | { readonly text: string }) => {
    asked.atOnce += 1
    asked.mostAtOnce = Math.max(asked.mostAtOnce, asked.atOnce)
    await answersWhen
    asked.atOnce -= 1
    // What a statement answers is declared where it is written.
    return { rows: rowsOf(typeof question === 'string' ? question : question.text) as QueryResultRow[] as Row[] }
  }
  const database: Database = { query, ask: (question) => question({ query } as Parameters<typeof question>[0]) }
  return { asked, database }
}

const catalogue = (answersWhen: Promise<void> = Promise.resolve()) => {
  const { asked, database } = emptyCatalogue(answersWhen)
  const app = buildReadApi({
    database,
    readiness: [],
    authenticate: authenticateInTests(),
    rateLimit: createRateLimit({ RATE_LIMIT_PER_SECOND: 1_000, RATE_LIMIT_BURST: 1_000 }),
    edge: { ...usualEdge, TRUSTED_PROXIES: ['loopback'] },
    logger: silentLogger,
    registry: createRegistry({ service: 'test' }),
  })
  return { asked, app }
}

describe('the catalogue and those who are not signed in', () => {
  it('waits for a place in the log with those who are signed in alone', async () => {
    const { asked, app } = catalogue()
    await callerOf(app)
      .get(`/v1/products?minPosition=${at(1n)}`)
      .answers(200)
    for (const path of ['/v1/products', '/v1/products/MUG'])
      await callerOf(app)
        .get(`${path}?minPosition=${at(10n ** 17n)}`)
        .isRefused(503, 'read_model_behind')
    expect(asked.positions).to.equal(0)
    const admin = callerOf(app, tokenOf('ada', ['admin']))
    const answered = admin.get(`/v1/products?minPosition=${at(2n)}`).answers(200)
    await until('it waits', () => (asked.positions > 0 ? true : undefined))
    asked.now = at(2n)
    expect((await answered).headers['event-position']).to.equal(at(2n))
  })

  it('asks the database for them as often at once as it has seats for them, and for others besides', async () => {
    let answer = (): void => undefined
    const { asked, app } = catalogue(
      new Promise((resolve) => {
        answer = resolve
      }),
    )
    const server = await listen(app, { host: '127.0.0.1', port: 0 })
    try {
      const flood = Array.from({ length: 120 }, (_, n) =>
        callerOf(server.url)
          .get(n % 2 === 0 ? '/v1/products' : '/v1/products/MUG', { 'X-Forwarded-For': `198.51.100.${n % 10}` })
          .answered(),
      )
      await until('all seats are taken', () => (asked.atOnce === 64 ? true : undefined), { everyMs: 10 })
      const alice = callerOf(server.url, tokenOf('alice', ['customer']))
        .get('/v1/products')
        .answers(200)
      await until('she is asked for', () => (asked.atOnce === 65 ? true : undefined), { everyMs: 10 })
      answer()
      await alice
      const found = (await Promise.all(flood)).map(({ status }) => status)
      expect(found.filter((status) => status === 200).length).to.equal(60)
      expect(found.filter((status) => status === 404).length).to.equal(60)
      expect(asked.mostAtOnce).to.equal(65)
    } finally {
      await server.close()
    }
  })
})
