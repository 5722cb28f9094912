import { expect } from 'chai'
import { silentLogger } from '../infrastructure/observability/logger.ts'
import { openPool } from '../infrastructure/postgres/pool.ts'
import { missingTables } from './app.ts'
import { databaseOn } from './database.ts'
import { ordersTable } from '../projections/orders/table.ts'
import { watchPool, type WatchedPool } from '../test/projections/watched-pool.ts'
import { callerOf, tokenOf, type Caller } from '../test/specifications/api.ts'
import { at, idOf, order, readApiOn, readTables, type ReadTables } from '../test/specifications/read-api.ts'
import { until } from '../test/support/until.ts'

describe('reading when the tables are not there, not far enough, or away', () => {
  let database: ReadTables
  let watched: WatchedPool
  let alice: Caller
  let operator: Caller

  before(async function () {
    this.timeout(60_000)
    database = await readTables()
    watched = watchPool(database.pool)
    const app = readApiOn(watched.pool)
    alice = callerOf(app, tokenOf('alice', ['customer']))
    operator = callerOf(app, tokenOf('olga', ['operator']))
  })
  after(() => database.drop())

  describe('before the projections have made their tables', () => {
    it('knows which are missing', async () => {
      expect(await missingTables(databaseOn(watched))).to.equal(
        'not there yet: orders, timeline, sales, stock, products',
      )
    })
    it('answers 503, not 500', async () => {
      const { headers } = await alice.get('/v1/orders').isRefused(503, 'read_model_behind')
      expect(headers['retry-after']).to.equal('1')
    })
  })

  describe('with tables', () => {
    before(async () => {
      await database.create()
      await database.write(ordersTable, [order(1)])
      await database.moveTo(100)
    })

    it('knows that none is missing', async () => {
      expect(await missingTables(databaseOn(watched))).to.equal(undefined)
    })

    describe('reading what one has just written', () => {
      afterEach(() => database.moveTo(100))

      it('waits until all its tables have come that far', async () => {
        watched.forget()
        const answered = operator.get(`/v1/orders/${idOf(1)}/timeline?minPosition=${at(200)}`).answers(200)
        // It has found them behind, and looks again.
        await until('it waits', () => (watched.statements.length > 1 ? true : undefined))
        await database.moveTo(200, ['orders'])
        await database.moveTo(210, ['timeline'])
        const { headers } = await answered
        expect(headers['event-position']).to.equal(at(200))
      })

      it('says so when they do not come that far in time', async () => {
        await database.moveTo(300, ['orders'])
        await operator.get(`/v1/orders/${idOf(1)}?minPosition=${at(300)}`).answers(200)
        const { headers } = await operator
          .get(`/v1/orders/${idOf(1)}/timeline?minPosition=${at(300)}`)
          .isRefused(503, 'read_model_behind')
        expect(headers['retry-after']).to.equal('1')
      })
    })

    it('answers 503, not 500, while a table is of an earlier version and lacks a column', async () => {
      await database.pool.query('alter table orders rename column status to status_before')
      try {
        await alice.get(`/v1/orders/${idOf(1)}`).isRefused(503, 'read_model_behind')
        await alice.get('/v1/orders').isRefused(503, 'read_model_behind')
      } finally {
        await database.pool.query('alter table orders rename column status_before to status')
      }
      await alice.get('/v1/orders').answers(200)
    })

    it('answers within its time when the database hangs, and again when it does not', async () => {
      const own = openPool({ url: database.url, applicationName: 'hanging', logger: silentLogger, max: 2 })
      const waiting = callerOf(readApiOn(own, 200), tokenOf('olga', ['operator']))
      const blocker = await database.pool.connect()
      try {
        await blocker.query('begin')
        await blocker.query('lock table orders in access exclusive mode')
        const began = performance.now()
        const { headers } = await waiting.get(`/v1/orders/${idOf(1)}`).isRefused(503, 'store_unavailable')
        expect(performance.now() - began).to.be.lessThan(2_000)
        expect(headers['retry-after']).to.equal('1')
        await blocker.query('rollback')
        await waiting.get(`/v1/orders/${idOf(1)}`).answers(200)
      } finally {
        blocker.release()
        await own.end()
      }
    })

    it('answers 503 when there is no database at all', async () => {
      const none = openPool({
        url: 'postgres://127.0.0.1:1/none',
        applicationName: 'none',
        logger: silentLogger,
        connectTimeoutMs: 500,
      })
      const app = callerOf(readApiOn(none), tokenOf('olga', ['operator']))
      const began = performance.now()
      await app.get('/v1/orders').isRefused(503, 'store_unavailable')
      await app.get('/v1/orders?minPosition=' + at(1)).isRefused(503, 'store_unavailable')
      expect(performance.now() - began).to.be.lessThan(2_000)
      await none.end()
    })
  })
})
