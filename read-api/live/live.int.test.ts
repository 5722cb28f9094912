import { expect } from 'chai'
import { createRateLimit } from '../../infrastructure/http/rate-limit.ts'
import { silentLogger } from '../../infrastructure/observability/logger.ts'
import { createRegistry } from '../../infrastructure/observability/metrics.ts'
import { ordersTable, type OrderRow } from '../../projections/orders/table.ts'
import { timelineTable, type TimelineRow } from '../../projections/timeline/table.ts'
import { listenTo, served, type Listening, type Served } from '../../test/console/event-stream.ts'
import { authenticateInTests, callerOf, tokenOf } from '../../test/specifications/api.ts'
import { at, happened, idOf, order, readTables, timeOf, type ReadTables } from '../../test/specifications/read-api.ts'
import { buildReadApi } from '../app.ts'
import { databaseOn } from '../database.ts'
import { isListed, listOrders, type OrderFilter } from '../orders/queries.ts'

const event = (place: number, of: number, type: string, data: TimelineRow['data'] = {}): TimelineRow =>
  happened(place, of, type, { data })

describe('what changes, as it changes', () => {
  let tables: ReadTables
  let place: Served
  let statements = 0
  const leaving = new AbortController()
  const as = (subject: string, role: 'operator' | 'customer') => ({
    Authorization: `Bearer ${tokenOf(subject, [role])}`,
  })
  before(async function () {
    this.timeout(60_000)
    tables = await readTables()
    await tables.create()
    const database = databaseOn({ pool: tables.pool })
    place = await served(
      buildReadApi({
        database: {
          query: (text, values) => {
            statements += 1
            return database.query(text, values)
          },
          ask: (question) => {
            statements += 1
            return database.ask(question)
          },
        },
        readiness: [],
        authenticate: authenticateInTests(),
        rateLimit: createRateLimit({ RATE_LIMIT_PER_SECOND: 100_000, RATE_LIMIT_BURST: 100_000 }),
        logger: silentLogger,
        registry: createRegistry({ service: 'test' }),
        changes: { everyMs: 20 },
        leaving: leaving.signal,
      }),
      leaving.signal,
    )
    await tables.write(ordersTable, [order(1), order(2, { customerId: 'bob' })])
    await tables.write(timelineTable, [event(1, 1, 'OrderPlaced'), event(2, 2, 'OrderPlaced')])
    await tables.moveTo(2)
  })
  after(async () => {
    await place.close()
    await tables.drop()
  })

  const change = async (events: readonly TimelineRow[], orders: readonly OrderRow[], to: number) => {
    await tables.write(ordersTable, orders)
    await tables.write(timelineTable, events)
    await tables.moveTo(to)
  }
  const types = async (heard: Listening, count: number) => {
    const found: unknown[] = []
    for (let n = 0; n < count; n += 1) {
      const { event: name, data } = await heard.next()
      found.push(name === 'event' ? (data as TimelineRow).type : name)
    }
    return found
  }

  it('is an order’s timeline: all that was there, and what comes, once and in order; from where one was', async () => {
    const address = `${place.url}/v1/orders/${idOf(1)}/timeline`
    const alice = await listenTo(address, as('alice', 'customer'))
    expect(await types(alice, 2)).to.deep.equal(['OrderPlaced', 'caught-up'])
    await change(
      [
        event(3, 1, 'NotificationSent'),
        event(4, 2, 'OrderConfirmed'),
        event(5, 1, 'OrderCancelled', { reason: 'x', note: 'n' }),
      ],
      [order(1, { status: 'cancelled' }), order(2, { customerId: 'bob', status: 'confirmed' })],
      5,
    )
    // Customers are shown no messages and no notes, as in the timeline itself.
    const cancelled = await alice.next()
    expect([cancelled.id, cancelled.event, cancelled.data]).to.deep.equal([
      at(5),
      'event',
      { type: 'OrderCancelled', service: 'order', at: timeOf(5), data: { reason: 'x' } },
    ])
    alice.stop()
    const olga = await listenTo(address, { ...as('olga', 'operator'), 'Last-Event-ID': at(1) })
    expect(await types(olga, 3)).to.deep.equal(['NotificationSent', 'OrderCancelled', 'caught-up'])
    olga.stop()
  })

  it('is nobody else’s', async () => {
    const bob = await listenTo(`${place.url}/v1/orders/${idOf(1)}/timeline`, as('bob', 'customer'))
    expect(bob.status).to.equal(404)
    bob.stop()
  })

  it('is the list of orders: each that changes and fits, and that one has gone that fits no more', async () => {
    const olga = await listenTo(`${place.url}/v1/orders?status=confirmed`, as('olga', 'operator'))
    const bob = await listenTo(`${place.url}/v1/orders`, as('bob', 'customer'))
    for (const heardFirst of [await olga.next(), await bob.next()]) expect(heardFirst.event).to.equal('caught-up')
    await change(
      [event(6, 1, 'OrderShipped'), event(7, 2, 'OrderShipped')],
      [order(1, { status: 'confirmed' }), order(2, { customerId: 'bob', status: 'shipped' })],
      7,
    )
    const heard = [await olga.next(), await olga.next()].map(({ event: name, data }) => [
      name,
      (data as OrderRow).orderId,
    ])
    expect(heard).to.have.deep.members([
      ['order', idOf(1)],
      ['gone', idOf(2)],
    ])
    const own = await bob.next()
    expect([own.event, (own.data as OrderRow).orderId]).to.deep.equal(['order', idOf(2)])
    olga.stop()
    bob.stop()
    const late = await listenTo(`${place.url}/v1/orders`, { ...as('olga', 'operator'), 'Last-Event-ID': at(3) })
    expect((await late.next()).event).to.equal('reload')
    late.stop()
  })

  it('waits until the orders have come as far as the timeline', async () => {
    const heard = await listenTo(`${place.url}/v1/orders`, as('olga', 'operator'))
    expect((await heard.next()).event).to.equal('caught-up')
    await tables.write(timelineTable, [event(8, 1, 'OrderDelivered')])
    await tables.moveTo(8, ['timeline'])
    await tables.write(ordersTable, [order(1, { status: 'delivered' })])
    await tables.moveTo(8, ['orders'])
    expect(((await heard.next()).data as OrderRow).status).to.equal('delivered')
    heard.stop()
  })

  it('is listed by the same conditions by which it is told', async () => {
    const filters: readonly OrderFilter[] = [
      {},
      { customerId: 'bob' },
      { number: 'N2' },
      { number: 'N' },
      { number: 'n2' },
      { number: 'N_' },
      { number: '%2' },
      { status: 'shipped' },
      { from: timeOf(2) },
      { to: timeOf(2) },
      { sku: 'MUG' },
      { sku: 'CUP' },
      { paymentStatus: 'none' },
      { paymentStatus: 'succeeded' },
      { attention: true },
      { attention: false },
    ]
    const database = databaseOn({ pool: tables.pool })
    await tables.write(ordersTable, [
      order(3, {
        attention: ['refund_failed'],
        paymentStatus: 'succeeded',
        skus: ['CUP'],
        lines: [{ sku: 'CUP', name: 'Cup', quantity: 1, unitPrice: 1 }],
      }),
    ])
    await callerOf(place.url, tokenOf('olga', ['operator']))
      .get('/v1/orders?number=n2')
      .answered()
      .then(({ body }) =>
        expect((body as { items: OrderRow[] }).items.map(({ number }) => number)).to.deep.equal(['N2']),
      )
    const { rows: all } = await listOrders({}, { before: undefined, limit: 10 }).ask(database)
    expect(all.length).to.equal(3)
    for (const filter of filters) {
      const { rows } = await listOrders(filter, { before: undefined, limit: 10 }).ask(database)
      expect(
        all.filter((row) => isListed(filter, row)),
        JSON.stringify(filter),
      ).to.deep.equal(rows)
    }
  })

  it('costs nothing while nobody listens, is bounded for each subject, and ends with the process', async () => {
    const listening = await Promise.all(
      Array.from({ length: 10 }, () => listenTo(`${place.url}/v1/orders`, as('otto', 'operator'))),
    )
    await callerOf(place.url, tokenOf('otto', ['operator']))
      .get('/v1/orders', { Accept: 'text/event-stream' })
      .isRefused(429, 'too_many_listeners')
    leaving.abort()
    for (const one of listening) expect(await one.rest()).to.match(/retry: 5000\n: drain\n\n$/)
    const before = statements
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(statements - before).to.be.lessThan(2)
  })
})
