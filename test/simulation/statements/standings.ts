import type { ReservationEvent } from '../../../domain/inventory/events.ts'
import { reservationDecider, type Reservation } from '../../../domain/inventory/reservation.ts'
import type { Hold } from '../../../domain/inventory/stock.ts'
import type { NotificationEvent } from '../../../domain/notifications/events.ts'
import { notificationDecider, type Notifications } from '../../../domain/notifications/notification.ts'
import { notificationProcess } from '../../../domain/notifications/process.ts'
import type { OrderEvent } from '../../../domain/orders/events.ts'
import { isClosed, orderDecider, type Order } from '../../../domain/orders/order.ts'
import type { PaymentEvent } from '../../../domain/payments/events.ts'
import { isCharged, paymentDecider, refundsOf, type Payment } from '../../../domain/payments/payment.ts'
import { duplicateRefundId, fullRefundId, isAllAskedFor } from '../../../domain/payments/refunds.ts'
import { hasGoneNowhere, leftOf, outsideOf } from '../../../domain/payments/state.ts'
import { react } from '../../../domain/shared/process-manager.ts'
import { categoryOf, idOf } from '../../../domain/shared/streams.ts'
import type { ParkedMessage } from '../groups.ts'
import type { Log } from './log.ts'

/** All that the log says of one order, over the four services. */
export type Standing = {
  readonly orderId: string
  placedAt: Date | undefined
  /** When it was confirmed, rejected or cancelled. */
  decidedAt: Date | undefined
  order: Order
  reservation: Reservation
  payment: Payment
  notifications: Notifications
  /** By SKU, from the stock's own events. */
  readonly holds: Map<string, Hold>
  /** Keys of the messages that its events call for, and of those that were asked for by name. */
  readonly calledFor: Set<string>
}

const nothing = (orderId: string): Standing => ({
  orderId,
  placedAt: undefined,
  decidedAt: undefined,
  order: orderDecider.initialState,
  reservation: reservationDecider.initialState,
  payment: paymentDecider.initialState,
  notifications: notificationDecider.initialState,
  holds: new Map(),
  calledFor: new Set(),
})

const take = (standing: Standing, { event, stream, id, metadata }: Log[number]): void => {
  const at = new Date(metadata.occurredAt)
  for (const { key } of react(notificationProcess, event, { eventId: id })) standing.calledFor.add(key)
  // A stream of a category holds the events of that category alone: its name says which.
  switch (categoryOf(stream)) {
    case 'order':
      standing.order = orderDecider.evolve(standing.order, event as OrderEvent, at)
      if (event.type === 'OrderPlaced') standing.placedAt = at
      if (event.type === 'OrderConfirmed' || event.type === 'OrderRejected' || event.type === 'OrderCancelled') {
        standing.decidedAt ??= at
      }
      return
    case 'reservation':
      standing.reservation = reservationDecider.evolve(standing.reservation, event as ReservationEvent, at)
      return
    case 'payment':
      standing.payment = paymentDecider.evolve(standing.payment, event as PaymentEvent, at)
      return
    case 'notification':
      if (event.type === 'NotificationRequested') standing.calledFor.add(event.key)
      standing.notifications = notificationDecider.evolve(standing.notifications, event as NotificationEvent, at)
      return
    case 'stock':
      if (event.type === 'StockReserved') standing.holds.set(event.sku, { status: 'held', quantity: event.quantity })
      if (event.type === 'StockReleased')
        standing.holds.set(event.sku, { status: 'released', quantity: event.quantity })
      if (event.type === 'StockCommitted')
        standing.holds.set(event.sku, { status: 'committed', quantity: event.quantity })
      return
    default:
      return
  }
}

const orderOf = ({ event, stream }: Log[number]): string | undefined => {
  switch (categoryOf(stream)) {
    case 'order':
    case 'reservation':
    case 'payment':
    case 'notification':
      return idOf(stream)
    default:
      return 'orderId' in event ? event.orderId : undefined
  }
}

/** Every order that the log knows of, by its id. */
export const standingsOf = (events: Log): ReadonlyMap<string, Standing> => {
  const standings = new Map<string, Standing>()
  for (const recorded of events) {
    const orderId = orderOf(recorded)
    if (orderId === undefined) continue
    const standing = standings.get(orderId) ?? nothing(orderId)
    standings.set(orderId, standing)
    take(standing, recorded)
  }
  return standings
}

export const heldLines = ({ holds }: Standing, status: Hold['status']): readonly string[] =>
  [...holds]
    .filter(([, hold]) => hold.status === status && hold.quantity > 0)
    .map(([sku, { quantity }]) => `${quantity} ${sku}`)
    .sort()

/** Of a charge that has been given back, money has come back since, without us: the operators had a mail. */
const moneyCameBack = (payment: Payment): boolean => {
  if (!isCharged(payment)) return false
  const { refunds, disputes } = outsideOf(payment)
  const reversed = [
    ...refunds.filter(({ status }) => status === 'failed'),
    ...disputes.filter(({ status }) => status === 'won'),
  ]
  return [payment.charge, ...payment.duplicates].some((charge) => {
    const { providerPaymentId } = charge
    const ids = [fullRefundId, duplicateRefundId(providerPaymentId)]
    return (
      leftOf(payment, charge) > 0 &&
      reversed.some((moved) => moved.providerPaymentId === providerPaymentId) &&
      payment.refunds.some((refund) => refund.providerPaymentId === providerPaymentId && ids.includes(refund.refundId))
    )
  })
}

/** Of a closed order all that is kept has to have been asked for: that a refund of a part failed says nothing of the rest. */
const hasToldOfFailure = ({ order, payment }: Pick<Standing, 'order' | 'payment'>): boolean =>
  refundsOf(payment).some(hasGoneNowhere) && (!isClosed(order) || (isCharged(payment) && isAllAskedFor(payment)))

/** A person has been told, or finds it among the parked messages. */
export const inFrontOfOperator = (
  { orderId, order, payment }: Standing,
  parkedMessages: readonly ParkedMessage[] = [],
): boolean =>
  payment.status === 'mismatch' ||
  hasToldOfFailure({ order, payment }) ||
  moneyCameBack(payment) ||
  parkedMessages.some(
    ({ stored: { data } }) =>
      typeof data === 'object' && data !== null && 'orderId' in data && data.orderId === orderId,
  )
