import { standingOf } from '../../domain/orders/at-rest.ts'
import type { ShopEvent } from '../../domain/registry.ts'
import { categoryOf, idOf } from '../../domain/shared/streams.ts'
import { traceIdOf } from '../../infrastructure/observability/tracing/trace-id.ts'
import { opensStream, type Projection } from '../../infrastructure/projections/projection.ts'
import { isOver, progressAfter, type OrderInProgress } from './order-progress.ts'

/**
 * Orders that are on their way: those with a deadline, and those that wait for stock, money or messages. A row leaves when its order is
 * at rest for good. That of an order that is confirmed stays, marked as at rest: if it is cancelled, what has to be given back then is
 * known from there alone.
 */
export const ordersInProgress: Projection<OrderInProgress, ShopEvent> = {
  table: {
    name: 'orders_in_progress',
    key: 'orderId',
    columns: {
      orderId: 'text',
      status: 'text',
      reservation: 'text',
      payment: 'jsonb',
      held: 'text[]',
      owed: 'text[]',
      actionRequired: 'boolean',
      eventId: 'text',
      traceparent: 'text null',
      waitingSince: 'timestamptz null',
      movedAt: 'timestamptz null',
      startedAt: 'timestamptz',
      steps: 'jsonb',
    },
    indexes: [{ columns: ['waitingSince'] }, { columns: ['movedAt'] }],
  },
  version: 5,
  streamPrefixes: ['order-', 'reservation-', 'stock-', 'payment-', 'notification-'],

  keys: ({ event }) => ('orderId' in event && event.orderId !== undefined ? [event.orderId] : []),

  // Which order a stock event is about stands in what cannot be read.
  keysWhenUnreadable: ({ stream }) => (categoryOf(stream) === 'stock' ? [] : [idOf(stream)]),

  begins: (recorded, orderId) => recorded.event.type === 'OrderPlaced' && opensStream(recorded, 'order-', orderId),

  evolve(row, recorded) {
    const after = progressAfter(row, recorded)
    if (after === undefined) return 'same'
    return isOver(after) ? 'delete' : after
  },

  tells(before, next, recorded) {
    // Of a row that goes, what it came to is not kept.
    const after = next === 'delete' ? progressAfter(before, recorded) : next
    if (after === undefined || after.movedAt !== null || before?.movedAt === null) return undefined
    const { orderId, status, reservation, payment, startedAt, steps, traceparent } = after
    const traceId = traceIdOf(traceparent ?? undefined)
    return {
      message: `order ${status}`,
      fields: {
        correlationId: orderId,
        orderId,
        // Of the order's own trace: nothing is traced while it is folded.
        ...(traceId === undefined ? {} : { traceId }),
        status,
        reservation,
        payment: standingOf(payment).status,
        ms: Date.parse(recorded.metadata.occurredAt) - Date.parse(startedAt),
        steps,
      },
    }
  },
}
