import type { ReservationEvent } from '../../domain/inventory/events.ts'
import type { OrderEvent } from '../../domain/orders/events.ts'
import { statusAfter } from '../../domain/orders/status.ts'
import { noOutsideMoney } from '../../domain/payments/outside-money.ts'
import { isOrderEvent, isPaymentEvent, isReservationEvent, type ShopEvent } from '../../domain/registry.ts'
import type { Recorded } from '../../infrastructure/event-store/codec.ts'
import { positionToText } from '../../infrastructure/event-store/position.ts'
import { opensStream, type Projection } from '../../infrastructure/projections/projection.ts'
import { attentionTo } from './attention.ts'
import { evolvePayment } from './payment.ts'
import { ordersTable, type OrderRow } from './table.ts'

type OrderPlaced = Extract<OrderEvent, { readonly type: 'OrderPlaced' }>

const placed = (event: OrderPlaced, { revision, position, created }: Recorded<ShopEvent>): OrderRow => ({
  orderId: event.orderId,
  number: event.number,
  customerId: event.customerId,
  status: 'placed',
  reason: null,
  delayed: false,
  shortages: null,
  lines: event.lines,
  skus: [...new Set(event.lines.map(({ sku }) => sku))],
  total: event.total,
  currency: event.currency,
  paymentStatus: 'none',
  paymentActionUrl: null,
  charge: null,
  duplicateCharges: [],
  attention: [],
  refunded: 0,
  refundedLines: [],
  disputeStatus: null,
  chargedBack: 0,
  providerPaymentId: null,
  refunds: {},
  outside: noOutsideMoney,
  fulfilment: 'none',
  revision: Number(revision),
  placedPosition: positionToText(position),
  placedAt: created.toISOString(),
  updatedAt: created.toISOString(),
})

const reasonsOf = (event: OrderEvent): Partial<OrderRow> => {
  switch (event.type) {
    case 'OrderRejected':
      return { reason: event.reason, shortages: event.shortages ?? null }
    case 'OrderCancelled':
      return { reason: event.reason }
    default:
      return {}
  }
}

const evolveOrder = (row: OrderRow, event: OrderEvent): OrderRow => {
  const status = statusAfter(row.status, event.type)
  if (event.type === 'OrderDelayed') return { ...row, delayed: status === 'placed' }
  if (status === row.status) return row
  const next = { ...row, status, delayed: false, ...reasonsOf(event) }
  return { ...next, attention: attentionTo(next) }
}

const evolveFulfilment = (row: OrderRow, event: ReservationEvent): OrderRow | 'same' => {
  switch (event.type) {
    case 'ReservationStarted':
    // Nothing was held of it in the end; the order's rejection says what was short.
    case 'InventoryReservationFailed':
      return 'same'
    case 'InventoryReserved':
      return row.fulfilment === 'none' ? { ...row, fulfilment: 'reserved' } : 'same'
    case 'InventoryReleased':
      return row.fulfilment === 'committed' || row.fulfilment === 'released'
        ? 'same'
        : { ...row, fulfilment: 'released' }
    case 'InventoryCommitted':
      return row.fulfilment === 'reserved' ? { ...row, fulfilment: 'committed' } : 'same'
    default:
      return event satisfies never
  }
}

const evolveKnown = (row: OrderRow, { event, revision }: Recorded<ShopEvent>): OrderRow | 'same' => {
  if (isOrderEvent(event)) {
    // The revision moves with every event of the order's own stream, since it is what `If-Match` is compared with.
    return Number(revision) <= row.revision ? 'same' : { ...evolveOrder(row, event), revision: Number(revision) }
  }
  if (isReservationEvent(event)) return evolveFulfilment(row, event)
  return isPaymentEvent(event) ? evolvePayment(row, event) : 'same'
}

/** Each order as people see it: its own stream, its reservation and its payment. */
export const ordersProjection: Projection<OrderRow, ShopEvent> = {
  table: ordersTable,
  version: 8,
  streamPrefixes: ['order-', 'reservation-', 'payment-'],
  keys: ({ event }) =>
    isOrderEvent(event) || isReservationEvent(event) || isPaymentEvent(event) ? [event.orderId] : [],
  // Nothing but its placing makes an order's row.
  begins: (recorded, orderId) => recorded.event.type === 'OrderPlaced' && opensStream(recorded, 'order-', orderId),
  evolve(row, recorded) {
    if (row === undefined) return recorded.event.type === 'OrderPlaced' ? placed(recorded.event, recorded) : 'same'
    const next = evolveKnown(row, recorded)
    return next === 'same' ? 'same' : { ...next, updatedAt: recorded.created.toISOString() }
  },
}
