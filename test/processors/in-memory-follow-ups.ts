import { standingOf } from '../../domain/orders/at-rest.ts'
import { deadlineOf } from '../../domain/orders/deadline.ts'
import type { ShopEvent } from '../../domain/registry.ts'
import { channelOfKey } from '../../domain/shared/ids.ts'
import type { Recorded } from '../../infrastructure/event-store/codec.ts'
import type { Projection } from '../../infrastructure/projections/projection.ts'
import type { Due, DuePlace, StandingPlace, WaitingPlace } from '../../processors/follow-ups/due.ts'
import { openIntents, type OpenIntent } from '../../processors/follow-ups/open-intents.ts'
import type { OrderInProgress } from '../../processors/follow-ups/order-progress.ts'
import { ordersInProgress } from '../../processors/follow-ups/orders-in-progress.ts'
import type { InMemoryLeases } from './in-memory-leases.ts'

export type InMemoryFollowUps = Due & {
  /** Folds one event. Each event of the log once, in its order. */
  apply(recorded: Recorded<ShopEvent>): void
}

const foldInto = <Row>(
  projection: Projection<Row, ShopEvent>,
  rows: Map<string, Row>,
  recorded: Recorded<ShopEvent>,
) => {
  for (const key of projection.keys(recorded)) {
    const after = projection.evolve(rows.get(key), recorded, key)
    if (after === 'delete') rows.delete(key)
    else if (after !== 'same') rows.set(key, after)
  }
}

const byAge = (a: DuePlace, b: DuePlace): number =>
  a.since.getTime() - b.since.getTime() || (a.key < b.key ? -1 : Number(a.key > b.key))

const byPlacing = (a: WaitingPlace, b: WaitingPlace): number =>
  a.placedAt.getTime() - b.placedAt.getTime() || (a.orderId < b.orderId ? -1 : Number(a.orderId > b.orderId))

const byStanding = (a: StandingPlace, b: StandingPlace): number =>
  a.movedAt.getTime() - b.movedAt.getTime() || (a.orderId < b.orderId ? -1 : Number(a.orderId > b.orderId))

const known = (traceparent: string | null) => (traceparent === null ? {} : { traceparent })

/** The follow-ups' folds and queries for one process, for simulations and tests; the same rules as in PostgreSQL. */
export const inMemoryFollowUps = (leases: InMemoryLeases): InMemoryFollowUps => {
  const intents = new Map<string, OpenIntent>()
  const orders = new Map<string, OrderInProgress>()

  return {
    apply(recorded) {
      foldInto(openIntents, intents, recorded)
      foldInto(ordersInProgress, orders, recorded)
    },

    intents: async ({ now, kind, channel, after, firstDelayMs, limit }) =>
      [...intents.values()]
        .filter((intent) => intent.kind === kind && (channel === undefined || channelOfKey(intent.key) === channel))
        .map(({ id: _, since, traceparent, ...intent }) => ({
          ...intent,
          since: new Date(since),
          ...known(traceparent),
        }))
        .filter(({ key, since }) => (leases.dueAt(kind, key, since) ?? new Date(since.getTime() + firstDelayMs)) <= now)
        .filter((intent) => after === undefined || byAge(after, intent) < 0)
        .sort(byAge)
        .slice(0, limit),

    orders: async ({ now, settings, past, after, limit }) =>
      [...orders.values()]
        .flatMap(({ orderId, waitingSince, actionRequired, eventId, traceparent }) =>
          waitingSince === null
            ? []
            : [{ orderId, placedAt: new Date(waitingSince), actionRequired, eventId, ...known(traceparent) }],
        )
        .filter(({ orderId, placedAt, actionRequired }) => {
          const putOff = leases.dueAt('deadline', orderId, placedAt)
          return (putOff === undefined || putOff <= now) && deadlineOf({ placedAt, actionRequired }, settings) <= now
        })
        .filter(({ placedAt }) => {
          const isLatest = placedAt.getTime() + settings.latest <= now.getTime()
          return past === undefined || (past === 'latest') === isLatest
        })
        .filter((order) => after === undefined || byPlacing(after, order) < 0)
        .sort(byPlacing)
        .slice(0, limit),

    standing: async ({ now, firstDelayMs, after, limit }) =>
      [...orders.values()]
        .flatMap(({ orderId, movedAt, eventId, status, reservation, payment, held }) => {
          const progress = { order: status, reservation, linesHeld: held.length, payment: standingOf(payment) }
          return movedAt === null || status === 'confirmed'
            ? []
            : [{ orderId, movedAt: new Date(movedAt), eventId, progress }]
        })
        .filter(
          ({ orderId, movedAt }) =>
            movedAt.getTime() + firstDelayMs <= now.getTime() &&
            (leases.dueAt('progress', orderId, movedAt) ?? movedAt) <= now,
        )
        .filter((order) => after === undefined || byStanding(after, order) < 0)
        .sort(byStanding)
        .slice(0, limit),
  }
}
