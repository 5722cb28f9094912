import { expect } from 'chai'
import { ordersTable } from '../projections/orders/table.ts'
import { productsTable } from '../projections/catalogue/table.ts'
import { stockTable } from '../projections/inventory/table.ts'
import { timelineTable } from '../projections/timeline/table.ts'
import { callerOf, tokenOf, type Caller } from '../test/specifications/api.ts'
import { at, idOf, order, readApiOn, readTables, timeOf, type ReadTables } from '../test/specifications/read-api.ts'
import { orders, products, stock, timeline } from '../test/specifications/read-rows.ts'

describe('reading', () => {
  let database: ReadTables
  let alice: Caller
  let operator: Caller
  let nobody: Caller

  before(async function () {
    this.timeout(60_000)
    database = await readTables()
    await database.create()
    const app = readApiOn(database.pool)
    alice = callerOf(app, tokenOf('alice', ['customer']))
    operator = callerOf(app, tokenOf('olga', ['operator']))
    nobody = callerOf(app)
    await database.write(ordersTable, orders)
    await database.write(timelineTable, timeline)
    await database.write(productsTable, products)
    await database.write(stockTable, stock)
    await database.moveTo(100)
  })
  after(() => database.drop())

  const listed = (body: unknown) => (body as { items: { number: string }[] }).items.map(({ number }) => number)

  it("shows customers their own orders, operators everybody's", async () => {
    expect(listed((await alice.get('/v1/orders').answers(200)).body)).to.deep.equal(['N4', 'N2', 'N1'])
    expect(listed((await operator.get('/v1/orders').answers(200)).body)).to.deep.equal(['N5', 'N4', 'N3', 'N2', 'N1'])
    expect(listed((await operator.get('/v1/orders?customerId=bob').answers(200)).body)).to.deep.equal(['N5', 'N3'])
    await alice.get('/v1/orders?customerId=bob').isRefused(403, 'forbidden')
    await alice.get('/v1/orders?attention=true').isRefused(403, 'forbidden')
    await alice.get('/v1/orders?attention=false').isRefused(403, 'forbidden')
    await nobody.get('/v1/orders').isRefused(401, 'unauthorized')
  })

  it('filters', async () => {
    const found = async (query: string) => listed((await operator.get(`/v1/orders?${query}`).answers(200)).body)
    expect(await found('status=confirmed')).to.deep.equal(['N2'])
    expect(await found('sku=TEA')).to.deep.equal(['N3'])
    expect(await found('attention=true')).to.deep.equal(['N3'])
    expect(await found('attention=false')).to.deep.equal(['N5', 'N4', 'N2', 'N1'])
    expect(await found(`from=${timeOf(2)}&to=${timeOf(4)}`)).to.deep.equal(['N3', 'N2'])
    expect(await found('from=2026-03-01T01:00:02%2B01:00&to=2026-03-01T01:00:03%2B01:00')).to.deep.equal(['N2'])
    expect(await found('customerId=nobody')).to.deep.equal([])
  })

  it('pages stay as they are while new orders come', async () => {
    const first = (await operator.get('/v1/orders?limit=2').answers(200)).body as { nextCursor: string }
    expect(listed(first)).to.deep.equal(['N5', 'N4'])
    await database.write(ordersTable, [order(6)])
    const second = (await operator.get(`/v1/orders?limit=2&cursor=${first.nextCursor}`).answers(200)).body as {
      nextCursor: string
    }
    expect(listed(second)).to.deep.equal(['N3', 'N2'])
    const last = (await operator.get(`/v1/orders?limit=2&cursor=${second.nextCursor}`).answers(200)).body as {
      nextCursor: unknown
    }
    expect({ numbers: listed(last), next: last.nextCursor }).to.deep.equal({ numbers: ['N1'], next: null })
    await database.pool.query('delete from orders where order_id = $1', [idOf(6)])
  })

  for (const [query, path] of [
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=x', 'limit'],
    ['cursor=abc', 'cursor'],
    [`cursor=${Buffer.from("after ' or 1=1").toString('base64url')}`, 'cursor'],
    ['status=lost', 'status'],
    ['from=yesterday', 'from'],
    ['sku=mug', 'sku'],
    ['minPosition=7', 'minPosition'],
    ['minPosition=18446744073709551615-18446744073709551615', 'minPosition'],
    ['attention=yes', 'attention'],
    ['colour=red', 'colour'],
    ['from=0000-01-01T00:00:00Z', 'from'],
    ['to=0001-01-01T00:00:00%2B23:59', 'to'],
    ['to=9999-12-31T23:59:59-23:59', 'to'],
    ['customerId=%00', 'customerId'],
  ] as const) {
    it(`refuses ?${query}`, () => operator.get(`/v1/orders?${query}`).isRefused(400, 'invalid_request', [path]))
  }

  for (const list of ['products', 'stock']) {
    it(`refuses a cursor that no page of the ${list} gave`, () =>
      operator
        .get(`/v1/${list}?cursor=${Buffer.from('after \0').toString('base64url')}`)
        .isRefused(400, 'invalid_request', ['cursor']))
  }

  it('shows an order whole', async () => {
    const { headers } = await operator.get(`/v1/orders/${idOf(5)}`).answers(200, {
      orderId: idOf(5),
      number: 'N5',
      customerId: 'bob',
      status: 'rejected',
      reason: 'out_of_stock',
      shortages: [{ sku: 'MUG', wanted: 2, available: 1 }],
      lines: [{ sku: 'MUG', name: 'Mug', quantity: 2, unitPrice: { amount: 900, currency: 'EUR' }, refunded: 1 }],
      total: { amount: 1800, currency: 'EUR' },
      payment: {
        status: 'action_required',
        actionUrl: 'http://pay.example/5',
        refunded: { amount: 900, currency: 'EUR' },
        dispute: 'lost',
        chargedBack: { amount: 500, currency: 'EUR' },
      },
      fulfilment: 'released',
      revision: 1,
      placedAt: timeOf(5),
      updatedAt: timeOf(5),
    })
    expect([headers['etag'], headers['event-position'], headers['cache-control']]).to.deep.equal([
      '"1"',
      at(100),
      'no-store',
    ])
  })

  it('shows what was taken that should not have been, and that a person has to look', async () => {
    const { body } = await operator.get(`/v1/orders/${idOf(3)}`).answers(200)
    const { payment, attention } = body as { readonly payment: unknown; readonly attention: unknown }
    expect(payment).to.deep.equal({
      status: 'mismatch',
      captured: { amount: 1900, currency: 'EUR' },
      duplicates: [
        { providerPaymentId: 'pp-2', amount: { amount: 1900, currency: 'EUR' } },
        { providerPaymentId: 'pp-3', amount: { amount: 1, currency: 'EUR' }, refund: 'failed' },
      ],
      refunded: { amount: 0, currency: 'EUR' },
      chargedBack: { amount: 0, currency: 'EUR' },
    })
    expect(attention).to.deep.equal(['payment_mismatch', 'duplicate_charge', 'refund_failed'])
  })

  it('says of an order that it takes longer, and of no other', async () => {
    const delayed = async (place: number) => {
      const { body } = await alice.get(`/v1/orders/${idOf(place)}`).answers(200)
      return (body as { readonly delayed?: unknown }).delayed
    }
    expect([await delayed(1), await delayed(4)]).to.deep.equal([undefined, true])
  })

  it("does not show somebody else's order, nor that there is one", async () => {
    for (const route of ['', '/timeline']) {
      await alice.get(`/v1/orders/${idOf(5)}${route}`).isRefused(404, 'not_found')
      await alice.get(`/v1/orders/${idOf(77)}${route}`).isRefused(404, 'not_found')
      await alice.get(`/v1/orders/77${route}`).isRefused(400, 'invalid_request', ['id'])
    }
  })

  it('tells what happened, oldest first, and customers nothing that is for operators', async () => {
    const placed = {
      type: 'OrderPlaced',
      service: 'order',
      at: timeOf(1),
      data: { total: 1800 },
      traceId: '0af7651916cd43dd8448eb211c80319c',
    }
    const reserved = { type: 'InventoryReserved', service: 'inventory', at: timeOf(9), data: { lines: [] } }
    const cancelled = { type: 'OrderCancelled', service: 'order', at: timeOf(12), data: { reason: 'operator' } }
    const failed = { type: 'RefundFailed', service: 'payment', at: timeOf(13) }
    const path = `/v1/orders/${idOf(1)}/timeline`
    await alice.get(path).answers(200, { items: [placed, reserved, cancelled] })
    const why = (place: number, causedBy: number) => ({ id: idOf(place), causationId: idOf(causedBy) })
    await operator.get(path).answers(200, {
      items: [
        { ...placed, ...why(1, 0) },
        { ...reserved, ...why(9, 1) },
        {
          ...cancelled,
          ...why(12, 11),
          data: { reason: 'operator', note: 'a crook' },
          actor: { type: 'operator', id: 'otto' },
        },
        { ...failed, ...why(13, 12), data: { refundId: 'full', attempt: 1, code: 'expired' } },
      ],
    })
  })

  it('shows anybody the products, and whether they can be had', async () => {
    const product = (
      sku: string,
      name: string,
      amount: number,
      available: boolean,
      revision: number,
      discontinued = false,
    ) => ({ sku, name, price: { amount, currency: 'EUR' }, discontinued, available, revision })
    const first = await nobody.get('/v1/products?limit=2').answers(200)
    const { items, nextCursor } = first.body as { items: unknown; nextCursor: string }
    expect(items).to.deep.equal([product('MUG', 'Mug', 900, true, 3), product('OLD', 'Old', 1, false, 1, true)])
    await nobody
      .get(`/v1/products?cursor=${nextCursor}`)
      .answers(200, { items: [product('TEA', 'Tea', 450, false, 0)], nextCursor: null })
    const { headers } = await nobody.get('/v1/products/MUG').answers(200, product('MUG', 'Mug', 900, true, 3))
    expect(headers['etag']).to.equal('"3"')
    await nobody.get('/v1/products/NOPE').isRefused(404, 'not_found')
  })

  it('shows operators the stock', async () => {
    const mug = { sku: 'MUG', onHand: 5, reserved: 2, available: 3 }
    await operator.get('/v1/stock?limit=1').answers(200)
    await operator.get('/v1/stock/MUG').answers(200, mug)
    await operator.get('/v1/stock/NOPE').isRefused(404, 'not_found')
    await alice.get('/v1/stock').isRefused(403, 'forbidden')
    await alice.get('/v1/stock/MUG').isRefused(403, 'forbidden')
  })

  it('shows operators how far the projections are', async () => {
    const answer = await operator.get('/v1/projections').answers(200)
    const [first] = (answer.body as { items: Record<string, unknown>[] }).items
    expect(first).to.deep.equal({
      name: 'orders',
      version: 1,
      position: at(100),
      events: 0,
      lastEventAt: null,
      caughtUp: true,
      standsStill: null,
      lagSeconds: 0,
      setAside: { count: 0, first: [] },
      rebuild: null,
      verification: null,
      kept: null,
      putBack: null,
      unreadable: null,
    })
    await alice.get('/v1/projections').isRefused(403, 'forbidden')
  })
})
