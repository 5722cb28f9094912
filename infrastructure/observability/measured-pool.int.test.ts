import { expect } from 'chai'
import { testDatabase, type TestDatabase } from '../../test/support/postgres.ts'
import { inTransaction, openPool, type Pool } from '../postgres/pool.ts'
import { silentLogger } from './logger.ts'
import { measuredPool } from './measured-pool.ts'
import { createRegistry, type Registry } from './metrics.ts'

describe('a measured pool', function () {
  this.timeout(60_000)
  let database: TestDatabase
  let pool: Pool
  let registry: Registry
  before(async () => {
    database = await testDatabase()
  })
  after(async () => {
    await database.drop()
  })
  beforeEach(() => {
    registry = createRegistry({ service: 'test' })
    pool = measuredPool(openPool({ url: database.url, applicationName: 'measured', logger: silentLogger }), registry)
  })
  afterEach(async () => {
    await pool.end()
  })

  const counted = async () => {
    const metrics = await registry.getMetricsAsJSON()
    const sum = (name: string) =>
      metrics.find((metric) => metric.name === name)?.values.reduce((total, { value }) => total + value, 0)
    const statements = metrics.find(({ name }) => name === 'sql_statements_total')?.values ?? []
    return {
      statements: Object.fromEntries(statements.map(({ labels, value }) => [String(labels['command']), value])),
      transactions: sum('sql_transactions_total'),
      roundTrips: sum('sql_round_trips_total'),
    }
  }

  it('counts a statement by itself as a transaction', async () => {
    await pool.query('select 1')
    await pool.query('select $1::int', [1])
    expect(await counted()).to.deep.equal({ statements: { select: 2 }, transactions: 2, roundTrips: 2 })
  })

  it('counts a transaction once, with what begins and ends it', async () => {
    await inTransaction(pool, async (client) => {
      await client.query('create temporary table one (n int) on commit drop')
      await client.query('insert into one values (1), (2)')
    })
    expect(await counted()).to.deep.equal({
      statements: { begin: 1, create: 1, insert: 1, commit: 1 },
      transactions: 1,
      roundTrips: 4,
    })
  })

  it('counts each of several in one message, and prepared ones', async () => {
    await pool.query('select 1; select 2')
    await pool.query({ name: 'prepared', text: 'select 3' })
    expect(await counted()).to.deep.equal({ statements: { select: 3 }, transactions: 2, roundTrips: 2 })
  })

  it('says how full it is', async () => {
    const full = async () => {
      const metrics = await registry.getMetricsAsJSON()
      const of = (name: string) =>
        metrics.find((metric) => metric.name === name)?.values.map(({ labels, value }) => labels['state'] ?? value)
      const used = metrics
        .find(({ name }) => name === 'sql_pool_connections')
        ?.values.find(({ labels }) => labels['state'] === 'used')?.value
      return { used, limit: of('sql_pool_connections_limit'), waiting: of('sql_pool_waiting') }
    }
    const taken = await Promise.all(Array.from({ length: 10 }, () => pool.connect()))
    const next = pool.query('select 1')
    expect(await full()).to.deep.equal({ used: 10, limit: [10], waiting: [1] })
    for (const client of taken) client.release()
    await next
    expect(await full()).to.deep.equal({ used: 0, limit: [10], waiting: [0] })
  })

  it('counts one that fails', async () => {
    await pool.query('select 1 / 0').then(
      () => expect.fail('it did not fail'),
      () => undefined,
    )
    // Its end is told after its error.
    await pool.query('select 1')
    expect(await counted()).to.deep.equal({ statements: { error: 1, select: 1 }, transactions: 2, roundTrips: 2 })
  })
})
