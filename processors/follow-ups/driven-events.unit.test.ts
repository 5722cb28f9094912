import { expect } from 'chai'
import { standingOf } from '../../domain/orders/at-rest.ts'
import { streams } from '../../domain/shared/streams.ts'
import { StoreUnavailable, type StoredEvent } from '../../infrastructure/event-store/port.ts'
import type { Outcome } from '../../infrastructure/subscriptions/outcome.ts'
import { orderId } from '../../test/processors/shop.ts'
import { schedule } from '../perform/schedule.ts'
import type { StandingOrder } from './due.ts'
import { createProgress, type Driven } from './progress.ts'

const order = streams.order(orderId)
const reservation = streams.reservation(orderId)
const payment = streams.payment(orderId)
const minute = 60_000
const traceId = '0af7651916cd43dd8448eb211c80319c'
const nothing = { kind: 'driven', written: [], refusals: [], wasBehind: false, traceId }

describe('the events of an order that stands still', () => {
  const now = new Date('2026-01-05T10:00:00.000Z')
  const standing: StandingOrder = {
    orderId,
    movedAt: new Date(now.getTime() - minute),
    eventId: orderId,
    progress: { order: 'placed', reservation: 'none', linesHeld: 0, payment: standingOf({ status: 'none' }) },
  }
  const stored = (stream: string, type: string, place: bigint): StoredEvent => ({
    id: type,
    stream,
    type,
    revision: 0n,
    position: { commit: place, prepare: place },
    created: now,
    data: {},
    metadata: { traceparent: `00-${traceId}-b7ad6b7169203331-00` },
  })
  const log = [
    stored(order, 'OrderPlaced', 1n),
    stored(order, 'OrderConfirmed', 4n),
    stored(reservation, 'InventoryReserved', 2n),
    stored(payment, 'PaymentSucceeded', 3n),
  ]
  /** Everybody looks at everything. */
  const drive = async (
    outcomeOf: (group: string, event: StoredEvent) => Outcome | Error,
    writes: readonly string[] = [],
  ) => {
    const given: string[] = []
    const dueIn: unknown[] = []
    const reported: Driven[] = []
    const all = { looksAt: () => true }
    const progress = createProgress({
      store: {
        async *readStream(stream) {
          yield* log.filter((event) => event.stream === stream)
        },
        lastEvents: async (stream) => log.filter((event) => event.stream === stream).slice(-1),
      },
      leases: {
        claim: async ({ kind, key }) => ({
          kind,
          key,
          claimCount: 1,
          token: 't',
          neverSent: true,
          at: now,
          remembersFrom: now,
        }),
        isLeased: async () => false,
        mayHaveSent: async () => false,
        release: async (_lease, then) => {
          dueIn.push(then === 'completed' ? then : then.dueInMs / minute)
        },
      },
      services: { order: all, inventory: all, payment: all, notification: all },
      handOver: async (group, event) => {
        given.push(`${event.type} to ${group}`)
        const outcome = outcomeOf(group, event)
        if (outcome instanceof Error) throw outcome
        return outcome
      },
      noteWrites: async (_eventId, written, work) => {
        written.push(...writes)
        return work()
      },
      isParked: async () => false,
      firstDelayMs: minute,
      longestDelayMs: 60 * minute,
      dueAgain: schedule([5 * minute], () => 0),
      now: () => now,
      draining: new AbortController().signal,
      report: (_order, driven) => {
        reported.push(driven)
      },
    })
    const end = await progress(standing, async () => ({ commit: 4n, prepare: 4n })).catch((error: unknown) => error)
    return { given, dueIn, reported, end }
  }

  it('are given one after another in the order of the log, each to every service that looks at it', async () => {
    const { given, dueIn, reported } = await drive(() => 'done')
    const groups = ['order', 'inventory', 'payment', 'notification']
    const types = ['OrderPlaced', 'InventoryReserved', 'PaymentSucceeded', 'OrderConfirmed']
    expect(given).to.deep.equal(types.flatMap((type) => groups.map((group) => `${type} to ${group}`)))
    expect({ dueIn, reported }).to.deep.equal({ dueIn: [5], reported: [nothing] })
  })

  it('are all given, also behind one that is refused', async () => {
    const { given, reported } = await drive((group, { type }) =>
      group === 'order' && type === 'OrderPlaced' ? { park: { code: 'order_closed', message: '' } } : 'done',
    )
    expect(given).to.have.length(16)
    expect(reported).to.deep.equal([{ ...nothing, refusals: ['OrderPlaced by order: order_closed'] }])
  })

  it('are given again soon, from the first on, where one has to wait, or a store is away', async () => {
    for (const outcome of [{ retry: 100, reason: 'contended' }, new StoreUnavailable('away')]) {
      const { given, dueIn, reported, end } = await drive((group) => (group === 'inventory' ? outcome : 'done'))
      expect(given).to.deep.equal(['OrderPlaced to order', 'OrderPlaced to inventory'])
      expect({ dueIn, reported }).to.deep.equal({ dueIn: [1], reported: [] })
      expect(end).to.equal(outcome instanceof Error ? outcome : undefined)
    }
  })

  it('are a loss also where they were cut short after something had been written', async () => {
    for (const outcome of [{ retry: 100, reason: 'contended' }, new StoreUnavailable('away')]) {
      const { dueIn, reported } = await drive(() => outcome, ['StockReserved'])
      expect({ dueIn, reported }).to.deep.equal({ dueIn: [1], reported: [{ ...nothing, written: ['StockReserved'] }] })
    }
  })
})
