import type { ShopEvent } from '../../domain/registry.ts'
import { shownTo } from '../../domain/visibility.ts'
import { categoryOf, type Category } from '../../domain/shared/streams.ts'
import { positionToText } from '../../infrastructure/event-store/position.ts'
import { traceIdOf } from '../../infrastructure/observability/tracing/trace-id.ts'
import type { Projection } from '../../infrastructure/projections/projection.ts'
import { timelineTable, type TimelineRow, type TimelineService } from './table.ts'

const services: Readonly<Record<Category, TimelineService | undefined>> = {
  order: 'order',
  reservation: 'inventory',
  stock: 'inventory',
  payment: 'payment',
  paymentWebhook: 'payment',
  notification: 'notification',
  product: undefined,
}

const orderIdIn = (event: ShopEvent): string | undefined => ('orderId' in event ? event.orderId : undefined)

/** What any reader may see; which of them sees what is said when it is read. */
const shown = ({ type, ...data }: ShopEvent): Readonly<Record<string, unknown>> => shownTo('operator', type, data) ?? {}

/** What happened to each order, over all services: one row an event, never changed. */
export const timelineProjection: Projection<TimelineRow, ShopEvent> = {
  table: timelineTable,
  version: 4,
  streamPrefixes: ['order-', 'reservation-', 'stock-', 'payment-', 'paymentWebhook-', 'notification-'],
  keys: ({ event, position }) => (orderIdIn(event) === undefined ? [] : [positionToText(position)]),
  // An event that cannot be read is missing from the timeline; what comes after it is not.
  keysWhenUnreadable: ({ position }) => [positionToText(position)],
  evolve(row, { event, id, stream, created, metadata }, position) {
    const orderId = orderIdIn(event)
    const category = categoryOf(stream)
    const service = category === undefined ? undefined : services[category]
    if (row !== undefined || orderId === undefined || service === undefined) return 'same'
    return {
      position,
      id,
      causationId: metadata.$causationId,
      actor: metadata.actor.type === 'system' ? null : metadata.actor,
      orderId,
      type: event.type,
      service,
      at: created.toISOString(),
      data: shown(event),
      traceId: traceIdOf(metadata.traceparent) ?? null,
    }
  },
}
