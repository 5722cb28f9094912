import { shownTo, type Reader } from '../../domain/visibility.ts'
import type { StreamMessage } from '../../infrastructure/http/event-stream.ts'
import type { TimelineRow } from '../../projections/timeline/table.ts'
import type { Database } from '../database.ts'
import { eventsAfter, isListed, timelineOf, type OrderFilter } from '../orders/queries.ts'
import { viewOfOrder } from '../orders/views.ts'
import type { ChangeFeed } from './changes.ts'

export type Listens = {
  readonly feed: ChangeFeed
  readonly database: Database
  readonly reader: Reader
  /** The position of what was heard last. */
  readonly lastEventId: string | undefined
  readonly signal: AbortSignal
}

const messageOf = ({ position, type, service, at, data }: TimelineRow, reader: Reader): StreamMessage | undefined => {
  const shown = shownTo(reader, type, data)
  return shown === undefined ? undefined : { id: position, event: 'event', data: { type, service, at, data: shown } }
}

/** Everything that happens to an order, from its beginning or from where one was, each once and in the order of the log. */
export async function* timelineMessages(
  orderId: string,
  { feed, database, reader, lastEventId = '', signal }: Listens,
): AsyncGenerator<StreamMessage> {
  const following = await feed.follow(signal)
  let last = lastEventId
  const messages = function* (rows: readonly (TimelineRow | { readonly position: null })[]) {
    for (const row of rows) {
      if (row.position === null || row.orderId !== orderId || row.position <= last) continue
      last = row.position
      const message = messageOf(row, reader)
      if (message !== undefined) yield message
    }
  }
  try {
    const { rows } = await timelineOf(orderId).ask(database)
    yield* messages(rows as readonly (TimelineRow | { readonly position: null })[])
    yield { event: 'caught-up', data: {} }
    for await (const told of following.told()) {
      if ('changes' in told) yield* messages(told.changes.events)
      else if ('behind' in told) yield { event: 'behind', data: { reason: told.behind } }
      else return
    }
  } finally {
    following.close()
  }
}

/** Events that are looked through for who comes again; whoever has missed more loads the list anew. */
const mostMissed = 1_000

/** Orders that change, as they are then; where one that has changed does not fit the filter, that it is gone. */
export async function* orderMessages(
  filter: OrderFilter,
  { feed, database, reader, lastEventId, signal }: Listens,
): AsyncGenerator<StreamMessage> {
  const following = await feed.follow(signal)
  try {
    let last = lastEventId ?? following.position
    if (last < following.position) {
      const missed = await eventsAfter(last, mostMissed).ask(database)
      if (missed.rows.length > 0) {
        last = following.position
        yield { id: last, event: 'reload', data: {} }
      }
    }
    // Whoever loads the list now misses nothing.
    yield { id: last, event: 'caught-up', data: {} }
    for await (const told of following.told()) {
      if ('behind' in told) yield { event: 'behind', data: { reason: told.behind } }
      if ('lost' in told) return
      if (!('changes' in told) || told.changes.position <= last) continue
      last = told.changes.position
      for (const order of told.changes.orders.values()) {
        // What a customer may not see is not told either: not even that there is such an order.
        if (filter.customerId !== undefined && order.customerId !== filter.customerId) continue
        const fits = isListed(filter, order)
        yield fits
          ? { id: last, event: 'order', data: viewOfOrder(order, reader) }
          : { id: last, event: 'gone', data: { orderId: order.orderId } }
      }
    }
  } finally {
    following.close()
  }
}
