import { expect } from 'chai'
import { productDecider } from '../domain/catalogue/product.ts'
import { shopEvents } from '../domain/registry.ts'
import { streams } from '../domain/shared/streams.ts'
import { createCodec } from '../infrastructure/event-store/codec.ts'
import type { StoredEvent } from '../infrastructure/event-store/port.ts'
import { silentLogger } from '../infrastructure/observability/logger.ts'
import { applyBatch } from '../infrastructure/projections/apply-batch.ts'
import { postgresRows } from '../infrastructure/projections/postgres-rows.ts'
import { openTables } from '../infrastructure/projections/tables.ts'
import { shopProjections } from '../projections/registry.ts'
import { migratedDatabase, type MigratedDatabase } from '../test/processors/database.ts'
import { createShop, orderId, type Shop } from '../test/processors/shop.ts'
import { watchPool, type WatchedPool } from '../test/projections/watched-pool.ts'
import { callerOf, tokenOf, type Caller } from '../test/specifications/api.ts'
import { readApiOn } from '../test/specifications/read-api.ts'

const otherOrder = '22222222-2222-4222-8222-222222222222'

/** Two paid orders, one of them of a SKU that the other does not touch. */
const twoOrders = async (): Promise<Shop> => {
  const shop = createShop()
  for (const sku of ['A', 'B']) {
    await shop.commands.handle(
      productDecider,
      streams.product(sku),
      { type: 'AddProduct', sku, name: sku, price: 500, currency: 'EUR' },
      shop.context(),
    )
    await shop.stock(sku, 5)
  }
  await shop.place({ A: 2 })
  await shop.place({ B: 1 }, otherOrder)
  await shop.run()
  return shop
}

describe('reading what could not be folded', function () {
  this.timeout(60_000)
  let database: MigratedDatabase
  let watched: WatchedPool
  let operator: Caller

  before(async () => {
    database = await migratedDatabase()
    watched = watchPool(database.pool)
    operator = callerOf(readApiOn(watched.pool), tokenOf('olga', ['operator']))
    const { store } = await twoOrders()
    const unreadable = new Set([`payment-${orderId} PaymentSucceeded`, 'stock-A StockReserved'])
    const events = store.log.map((stored): StoredEvent =>
      unreadable.has(`${stored.stream} ${stored.type}`) ? { ...stored, data: { of: 'another time' } } : stored,
    )
    const { current } = await openTables(database.pool, shopProjections)
    const options = {
      decoder: createCodec(shopEvents),
      store: postgresRows({ pool: database.pool, strict: false }),
      logger: silentLogger,
      strict: false,
    }
    await applyBatch(current, { events, position: events.at(-1)?.position, caughtUp: true }, options)
  })
  after(() => database.close())

  const get = async (path: string): Promise<unknown> => {
    watched.forget()
    const { body } = await operator.get(path).answers(200)
    expect(watched.statements.length, `statements for ${path}`).to.equal(1)
    return body
  }
  const staleIn = async (path: string) => ((await get(path)) as { readonly stale?: unknown }).stale
  const staleByName = async (path: string, name: string) => {
    const { items } = (await get(path)) as { readonly items: readonly Readonly<Record<string, unknown>>[] }
    return items.map((item) => [item[name], item['stale']])
  }

  it('an order says that it is stale, and another one does not', async () => {
    expect(await staleIn(`/v1/orders/${orderId}`)).to.equal(true)
    expect(await get(`/v1/orders/${otherOrder}`)).not.to.have.property('stale')
    expect(await staleByName('/v1/orders', 'orderId')).to.deep.equal([
      [otherOrder, undefined],
      [orderId, true],
    ])
  })

  it('a timeline says that something is missing in it', async () => {
    expect(await staleIn(`/v1/orders/${orderId}/timeline`)).to.equal(true)
    expect(await get(`/v1/orders/${otherOrder}/timeline`)).not.to.have.property('stale')
  })

  it('the report of sales, which lacks what it could not count', async () => {
    expect(await staleIn('/v1/reports/sales?from=2026-01-01&to=2026-12-31')).to.equal(true)
  })

  it('a stock level, and a product whose stock it is', async () => {
    for (const route of ['stock', 'products']) {
      expect(await staleIn(`/v1/${route}/A`), route).to.equal(true)
      expect(await get(`/v1/${route}/B`), route).not.to.have.property('stale')
      expect(await staleByName(`/v1/${route}`, 'sku'), route).to.deep.equal([
        ['A', true],
        ['B', undefined],
      ])
    }
  })

  it('is described', async () => {
    const { body } = await operator.get('/openapi.json').answers(200)
    const { schemas } = (
      body as { readonly components: { readonly schemas: Readonly<Record<string, { readonly properties: object }>> } }
    ).components
    for (const name of ['Order', 'Timeline', 'StockLevel', 'Product', 'SalesReport'])
      expect(schemas[name]?.properties, name).to.have.property('stale')
  })
})
