import type { PaymentEvent } from '../../domain/payments/events.ts'
import { evolveOutside } from '../../domain/payments/outside-money.ts'
import { hasGoneNowhere, refundStatusAfter, type Charge, type RefundOutcomeEvent } from '../../domain/payments/state.ts'
import type { OrderInSales } from './table.ts'

type EventOf<Type extends PaymentEvent['type']> = Extract<PaymentEvent, { readonly type: Type }>

/** The provider's id names a charge: told of again, it is the same money. */
const charged = (order: OrderInSales, charge: Charge): OrderInSales =>
  order.charges.some(({ providerPaymentId }) => providerPaymentId === charge.providerPaymentId)
    ? order
    : { ...order, charges: [...order.charges, charge] }

const refundOf = ({ refunds }: OrderInSales, refundId: string) =>
  Object.hasOwn(refunds, refundId) ? refunds[refundId] : undefined

const refundRequested = (
  order: OrderInSales,
  { refundId, attempt, amount, currency, lines = [] }: EventOf<'RefundRequested'>,
): OrderInSales => {
  const before = refundOf(order, refundId)
  if (before !== undefined && (!hasGoneNowhere(before) || before.attempt >= attempt)) return order
  const refund = {
    attempt,
    amount,
    currency,
    status: 'requested',
    lines: lines.map(({ sku, quantity }) => ({ sku, quantity })),
  } as const
  return { ...order, refunds: { ...order.refunds, [refundId]: refund } }
}

const refundOutcome = (order: OrderInSales, event: RefundOutcomeEvent): OrderInSales => {
  const refund = refundOf(order, event.refundId)
  if (refund === undefined) return order
  const status = refundStatusAfter(refund, event)
  if (status === refund.status) return order
  return { ...order, refunds: { ...order.refunds, [event.refundId]: { ...refund, status } } }
}

const movedOutside = (order: OrderInSales, event: PaymentEvent): OrderInSales => {
  const outside = evolveOutside(order.outside, event)
  return outside === order.outside ? order : { ...order, outside }
}

/** An order's money: what was taken, and what has gone back. The same object where the event says nothing new. */
export const evolveMoney = (order: OrderInSales, event: PaymentEvent): OrderInSales => {
  switch (event.type) {
    case 'PaymentSucceeded':
    case 'DuplicateChargeDetected': {
      const { providerPaymentId, amount, currency } = event
      return charged(order, { providerPaymentId, amount, currency })
    }
    case 'PaymentMismatchDetected': {
      const { providerPaymentId, captured, currency } = event
      return charged(order, { providerPaymentId, amount: captured, currency })
    }
    case 'RefundRequested':
      return refundRequested(order, event)
    case 'RefundSucceeded':
      // It may have been told of before as one that is not ours.
      return refundOutcome(movedOutside(order, event), event)
    case 'RefundFailed':
    case 'RefundSettledManually':
    case 'RefundWithdrawn':
      return refundOutcome(order, event)
    case 'ExternalRefundRecorded':
    case 'ExternalRefundFailed':
    case 'DisputeOpened':
    case 'DisputeLost':
    case 'DisputeWon':
      return movedOutside(order, event)
    // Nothing has moved yet, or nothing will.
    case 'PaymentRequested':
    case 'PaymentActionRequired':
    case 'PaymentOutcomeUnknown':
    case 'PaymentFailed':
    case 'PaymentVoided':
      return order
    default:
      return event satisfies never
  }
}
