import { expect } from 'chai'
import { shopEvents } from '../../domain/registry.ts'
import { createCodec } from '../../infrastructure/event-store/codec.ts'
import type { StoredEvent } from '../../infrastructure/event-store/port.ts'
import { silentLogger } from '../../infrastructure/observability/logger.ts'
import { applyBatch } from '../../infrastructure/projections/apply-batch.ts'
import { postgresRows } from '../../infrastructure/projections/postgres-rows.ts'
import { rebuildProjection } from '../../infrastructure/projections/rebuild.ts'
import { openTables } from '../../infrastructure/projections/tables.ts'
import { salesProjection } from '../../projections/sales/projection.ts'
import { shopProjections } from '../../projections/registry.ts'
import { migratedDatabase, type MigratedDatabase } from '../../test/processors/database.ts'
import { createShop } from '../../test/processors/shop.ts'
import { callerOf, tokenOf } from '../../test/specifications/api.ts'
import { readApiOn } from '../../test/specifications/read-api.ts'

const otherOrder = '22222222-2222-4222-8222-222222222222'
const decoder = createCodec(shopEvents)
const logger = silentLogger

/** One order that is sold, and one that is cancelled when it was sold, and its money given back. */
const logOfOrders = async (): Promise<readonly StoredEvent[]> => {
  const shop = createShop()
  for (const sku of ['A', 'B']) await shop.stock(sku, 5)
  await shop.place({ A: 2, B: 1 })
  await shop.place({ B: 3 }, otherOrder)
  await shop.run()
  await shop.command({ type: 'CancelOrder', orderId: otherOrder, reason: 'customer' })
  await shop.run()
  return shop.store.log
}

describe('the report of what the services have done', function () {
  this.timeout(60_000)
  let database: MigratedDatabase
  let log: readonly StoredEvent[]
  beforeEach(async () => {
    database = await migratedDatabase()
    log = await logOfOrders()
  })
  afterEach(() => database.close())

  const report = async () => {
    const operator = callerOf(readApiOn(database.pool), tokenOf('olga', ['operator']))
    const path = '/v1/reports/sales?from=2026-01-01&to=2026-12-31&groupBy=month'
    const { body } = await operator.get(path).answers(200)
    return (body as { currencies: { currency: string; total: object }[] }).currencies.map(({ currency, total }) => ({
      currency,
      ...total,
    }))
  }

  /** As an engine that begins anew wherever its table is. */
  const fold = async (events: readonly StoredEvent[]) => {
    const { current } = await openTables(database.pool, shopProjections)
    const store = postgresRows({ pool: database.pool, strict: false })
    const batch = { events, position: events.at(-1)?.position, caughtUp: true }
    await applyBatch(current, batch, { decoder, store, logger, strict: false })
  }

  const sold = [
    {
      currency: 'EUR',
      placed: 2,
      confirmed: 2,
      rejected: 0,
      cancelled: 1,
      captured: '3000',
      refunded: '1500',
      chargedBack: '0',
      net: '1500',
      unitsSold: 6,
      unitsGivenBack: 3,
    },
  ]

  it('is the same however the events are cut into batches, and whichever come again', async () => {
    for (let upTo = 1; upTo <= log.length; upTo += 1) await fold(log.slice(Math.max(0, upTo - 3), upTo))
    await fold(log)
    expect(await report()).to.deep.equal(sold)
  })

  it('is the same when the table is built anew', async () => {
    await fold(log)
    await database.pool.query("update sales set placed = 100, captured = '1' where day is not null")
    expect(await report()).not.to.deep.equal(sold)
    await rebuildProjection({
      projection: salesProjection,
      decoder,
      source: async function* () {
        yield { events: log, position: log.at(-1)?.position, caughtUp: true }
      },
      holds: () => Promise.resolve(true),
      pool: database.pool,
      databaseUrl: database.url,
      logger,
      signal: new AbortController().signal,
    })
    expect(await report()).to.deep.equal(sold)
  })
})
