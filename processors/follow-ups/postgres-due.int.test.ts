import { expect } from 'chai'
import { usualDeadlines } from '../../domain/orders/deadline.ts'
import { shopEvents } from '../../domain/registry.ts'
import { createCodec } from '../../infrastructure/event-store/codec.ts'
import { silentLogger } from '../../infrastructure/observability/logger.ts'
import { applyBatch } from '../../infrastructure/projections/apply-batch.ts'
import { postgresRows } from '../../infrastructure/projections/postgres-rows.ts'
import { openTables } from '../../infrastructure/projections/tables.ts'
import { migratedDatabase, type MigratedDatabase } from '../../test/processors/database.ts'
import { createShop, orderId, type Shop } from '../../test/processors/shop.ts'
import { OutcomeUnknown, ProviderUnavailable } from '../../infrastructure/outside/errors.ts'
import { paymentKey } from '../perform/intent.ts'
import { postgresLeases } from '../perform/postgres-leases.ts'
import { openIntentsByKind } from '../standing/open-intents.ts'
import { followUpFolds } from './folds.ts'
import { postgresDue } from './postgres-due.ts'

const minute = 60_000
const otherOrder = '22222222-2222-4222-8222-222222222222'

describe('what is due, in PostgreSQL', () => {
  let database: MigratedDatabase
  before(async function () {
    this.timeout(60_000)
    database = await migratedDatabase()
  })
  after(() => database.close())

  const fold = async (shop: Shop) => {
    const { current } = await openTables(database.pool, followUpFolds)
    const batch = { events: shop.store.log, position: shop.store.log.at(-1)?.position, caughtUp: true }
    await applyBatch(current, batch, {
      decoder: createCodec(shopEvents),
      store: postgresRows({ pool: database.pool, strict: true }),
      logger: silentLogger,
      strict: true,
    })
  }

  /** One order that waits for its payment, one that is paid, and messages that could not be sent, by mail and by SMS. */
  const busy = async (): Promise<Shop> => {
    const shop = createShop()
    await shop.stock('A', 5)
    shop.provider.next('charge', new OutcomeUnknown('time-out'))
    await shop.place({ A: 2 })
    await shop.run('inventory', 'payment')
    await shop.place({ A: 1 }, otherOrder, { phone: '+49 170 0000000', channels: ['email', 'sms'] })
    shop.troubles.push(new ProviderUnavailable('connection refused'))
    await shop.deliver('notification', shop.last('OrderPlaced'))
    await shop.run('order', 'inventory', 'payment')
    return shop
  }

  it('is the same as by the rules in memory, at any time', async () => {
    const shop = await busy()
    await fold(shop)
    const due = postgresDue(database.pool)
    const start = shop.now().getTime()
    // The leases of the run in memory are not in the database: a fresh in-memory fold knows as little.
    const fresh = createShop()
    for (const stored of shop.store.log) {
      const recorded = createCodec(shopEvents).decode(stored)
      if (recorded !== undefined) fresh.followUps.apply(recorded)
    }
    for (const after of [0, 29_999, 30_000, 29 * minute, 30 * minute, 3 * 60 * minute]) {
      const now = new Date(start + after)
      for (const what of [
        { kind: 'payment' },
        { kind: 'refund' },
        { kind: 'notification' },
        { kind: 'notification', channel: 'email' },
        { kind: 'notification', channel: 'sms' },
      ] as const) {
        const { kind } = what
        const options = { now, ...what, firstDelayMs: 30_000, limit: 10 }
        const all = await fresh.followUps.intents(options)
        expect(await due.intents(options), `${kind}s after ${after} ms`).to.deep.equal(all)
        if (kind === 'notification' && after >= 30_000) expect(all, JSON.stringify(what)).not.to.be.empty
        for (const [place, intent] of all.entries())
          expect(await due.intents({ ...options, after: intent }), 'those after it').to.deep.equal(all.slice(place + 1))
      }
      const byKind = await openIntentsByKind(database.pool, { firstDelayMs: 30_000, now })
      for (const kind of ['notification', 'payment'] as const) {
        const all = await fresh.followUps.intents({ now, kind, firstDelayMs: 30_000, limit: 10 })
        const open = await fresh.followUps.intents({ now, kind, firstDelayMs: -minute, limit: 10 })
        expect(
          byKind.find((one) => one.kind === kind),
          `${kind}s after ${after} ms`,
        ).to.deep.equal({
          kind,
          count: open.length,
          due: all.length,
          oldestSince: open[0]?.since.toISOString(),
        })
      }
      expect(byKind.map(({ kind }) => kind)).to.deep.equal(['notification', 'payment'])
      const orders = { now, settings: usualDeadlines, limit: 10 }
      const standing = { now, firstDelayMs: minute, limit: 10 }
      const still = await fresh.followUps.standing(standing)
      expect(await due.standing(standing), `standing after ${after} ms`).to.deep.equal(still)
      for (const [place, order] of still.entries())
        expect(await due.standing({ ...standing, after: order })).to.deep.equal(still.slice(place + 1))
      expect(await due.orders(orders), `orders after ${after} ms`).to.deep.equal(await fresh.followUps.orders(orders))
    }
    // What all of this is about is there at all: the order whose payment is uncertain, and nothing of the other.
    const requested = shop.store.log.find(({ type }) => type === 'PaymentRequested')
    expect(
      await due.intents({ now: new Date(start + minute), kind: 'payment', firstDelayMs: 30_000, limit: 10 }),
    ).to.deep.equal([
      { kind: 'payment', key: paymentKey(orderId), orderId, since: new Date(start), eventId: requested?.id },
    ])
    expect(
      (await due.orders({ now: new Date(start + 30 * minute), settings: usualDeadlines, limit: 10 })).map(
        (order) => order.orderId,
      ),
    ).to.deep.equal([orderId])
    expect(
      await due.intents({ now: new Date(start + minute), kind: 'refund', firstDelayMs: 30_000, limit: 10 }),
    ).to.deep.equal([])
    const still = await due.standing({ now: new Date(start + minute), firstDelayMs: minute, limit: 10 })
    expect(still.map((order) => [order.orderId, order.progress.payment.status])).to.deep.equal([[orderId, 'unknown']])
  })

  /** A lease of it that has put it off until then. The clock of the leases is the database's, the one of this test stands still. */
  const putOff = async (what: { readonly kind: string; readonly key: string; readonly since: Date }, dueAt: number) => {
    const leases = postgresLeases(database.pool, { leaseMs: minute })
    const lease = await leases.claim({ ...what, eventId: otherOrder }, { onlyDue: false })
    if (lease === undefined) throw new Error('no lease')
    await leases.release(lease, { dueInMs: 0 })
    await database.pool.query('update attempts set due_at = $1 where kind = $2 and key = $3', [
      new Date(dueAt),
      what.kind,
      what.key,
    ])
  }

  it('is put off by a lease of the same intent, and not by one of what it was before', async () => {
    const due = postgresDue(database.pool)
    const start = Date.parse('2026-01-05T09:00:00.000Z')
    const look = (after: number) =>
      due.intents({ now: new Date(start + after), kind: 'payment', firstDelayMs: 30_000, limit: 10 })
    const key = paymentKey(orderId)
    await putOff({ kind: 'payment', key, since: new Date(start - 5_000) }, start + 10 * minute)
    expect(await look(9 * minute)).to.have.length(1)
    await putOff({ kind: 'payment', key, since: new Date(start) }, start + 10 * minute)
    expect(await look(9 * minute)).to.have.length(0)
    expect(await look(10 * minute)).to.have.length(1)
  })

  it('is put off for a deadline too', async () => {
    const due = postgresDue(database.pool)
    const start = Date.parse('2026-01-05T09:00:00.000Z')
    const look = (after: number) => due.orders({ now: new Date(start + after), settings: usualDeadlines, limit: 10 })
    await putOff({ kind: 'deadline', key: orderId, since: new Date(start) }, start + 40 * minute)
    expect(await look(39 * minute)).to.have.length(0)
    expect(await look(40 * minute)).to.have.length(1)
  })

  it('is no order that is confirmed, however many of them wait for their messages', async () => {
    const due = postgresDue(database.pool)
    const now = new Date('2026-01-05T10:00:00.000Z')
    const look = async () => (await due.standing({ now, firstDelayMs: minute, limit: 10 })).length
    const before = await look()
    expect(before).to.be.above(0)
    const set = (status: string) =>
      database.pool.query('update orders_in_progress set status = $1 where order_id = $2', [status, otherOrder])
    await set('confirmed')
    const confirmed = await look()
    await set('cancelled')
    expect([confirmed, await look()]).to.deep.equal([1, 2])
    await set('confirmed')
  })

  it('is put off for an order that stands still, until it moves again', async () => {
    const due = postgresDue(database.pool)
    const start = Date.parse('2026-01-05T09:00:00.000Z')
    const look = async (after: number) => {
      const found = await due.standing({ now: new Date(start + after), firstDelayMs: minute, limit: 10 })
      return found.map((order) => order.orderId)
    }
    await putOff({ kind: 'progress', key: orderId, since: new Date(start - 5_000) }, start + 10 * minute)
    expect(await look(9 * minute)).to.deep.equal([orderId])
    await putOff({ kind: 'progress', key: orderId, since: new Date(start) }, start + 10 * minute)
    expect(await look(9 * minute)).to.deep.equal([])
    expect(await look(10 * minute)).to.deep.equal([orderId])
  })
})
