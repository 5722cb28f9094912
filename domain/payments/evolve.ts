import type { PaymentEvent } from './events.ts'
import { evolveOutside, noOutsideMoney } from './outside-money.ts'
import type { ChargedPayment, Charge, Payment, Refund, RefundOutcomeEvent } from './state.ts'
import { hasGoneNowhere, isCharged, isChargeOf, isOpen, outsideOf, refundStatusAfter } from './state.ts'

type EventOf<Type extends PaymentEvent['type']> = Extract<PaymentEvent, { readonly type: Type }>

const requested = (payment: Payment, event: EventOf<'PaymentRequested'>): Payment =>
  payment.status === 'none'
    ? { status: 'requested', request: event, actionUrl: undefined, unknownNoted: false }
    : payment

const waiting = (payment: Payment, event: EventOf<'PaymentActionRequired' | 'PaymentOutcomeUnknown'>): Payment => {
  if (!isOpen(payment)) return payment
  return event.type === 'PaymentActionRequired'
    ? { ...payment, status: 'action_required', actionUrl: event.url }
    : { ...payment, status: 'unknown', unknownNoted: true }
}

const failed = (payment: Payment): Payment => {
  switch (payment.status) {
    case 'requested':
    case 'action_required':
    case 'unknown':
      return { ...payment, status: 'failed' }
    case 'voided':
      return { ...payment, requestOpen: false }
    case 'none':
    case 'failed':
    case 'succeeded':
    case 'mismatch':
      return payment
  }
}

const voided = (payment: Payment, { reason }: EventOf<'PaymentVoided'>): Payment => {
  switch (payment.status) {
    case 'none':
      return { status: 'voided', reason, request: undefined, requestOpen: false }
    case 'requested':
    case 'action_required':
    case 'unknown':
      return { status: 'voided', reason, request: payment.request, requestOpen: true }
    case 'failed':
      return { status: 'voided', reason, request: payment.request, requestOpen: false }
    case 'voided':
    case 'succeeded':
    case 'mismatch':
      return payment
  }
}

const charged = (payment: Payment, status: ChargedPayment['status'], paymentId: string, charge: Charge): Payment =>
  payment.status === 'none' || isCharged(payment) ? payment : { status, paymentId, charge, duplicates: [], refunds: [] }

const duplicated = (
  payment: Payment,
  { providerPaymentId, amount, currency }: EventOf<'DuplicateChargeDetected'>,
): Payment =>
  isCharged(payment) && !isChargeOf(payment, providerPaymentId)
    ? { ...payment, duplicates: [...payment.duplicates, { providerPaymentId, amount, currency }] }
    : payment

const refundRequested = (payment: Payment, { type: _, orderId: __, ...asked }: EventOf<'RefundRequested'>): Payment => {
  if (!isCharged(payment)) return payment
  const others = payment.refunds.filter(({ refundId }) => refundId !== asked.refundId)
  const before = payment.refunds.find(({ refundId }) => refundId === asked.refundId)
  if (before !== undefined && (!hasGoneNowhere(before) || asked.attempt <= before.attempt)) return payment
  return { ...payment, refunds: [...others, { ...asked, status: 'requested', made: before?.made }] }
}

const refundAfter = (refund: Refund, event: RefundOutcomeEvent): Refund => {
  const status = refundStatusAfter(refund, event)
  if (status === refund.status) return refund
  switch (event.type) {
    case 'RefundSucceeded': {
      const { attempt, providerRefundId, providerTime } = event
      return { ...refund, status, providerTime, made: [...(refund.made ?? []), { attempt, providerRefundId }] }
    }
    case 'RefundFailed':
      return { ...refund, status, providerTime: event.providerTime }
    case 'RefundSettledManually':
    case 'RefundWithdrawn':
      return { ...refund, status }
    default:
      return event satisfies never
  }
}

const refunded = (payment: Payment, event: RefundOutcomeEvent): Payment =>
  isCharged(payment)
    ? {
        ...payment,
        refunds: payment.refunds.map((refund) =>
          refund.refundId === event.refundId ? refundAfter(refund, event) : refund,
        ),
      }
    : payment

const evolveOwn = (payment: Payment, event: PaymentEvent): Payment => {
  switch (event.type) {
    case 'PaymentRequested':
      return requested(payment, event)
    case 'PaymentActionRequired':
    case 'PaymentOutcomeUnknown':
      return waiting(payment, event)
    case 'PaymentFailed':
      return failed(payment)
    case 'PaymentVoided':
      return voided(payment, event)
    case 'PaymentSucceeded': {
      const { paymentId, providerPaymentId, amount, currency } = event
      return charged(payment, 'succeeded', paymentId, { providerPaymentId, amount, currency })
    }
    case 'PaymentMismatchDetected': {
      const { paymentId, providerPaymentId, captured, currency } = event
      return charged(payment, 'mismatch', paymentId, { providerPaymentId, amount: captured, currency })
    }
    case 'DuplicateChargeDetected':
      return duplicated(payment, event)
    case 'RefundRequested':
      return refundRequested(payment, event)
    case 'RefundSucceeded':
    case 'RefundFailed':
    case 'RefundSettledManually':
    case 'RefundWithdrawn':
      return refunded(payment, event)
    case 'ExternalRefundRecorded':
    case 'ExternalRefundFailed':
    case 'DisputeOpened':
    case 'DisputeLost':
    case 'DisputeWon':
      return payment
    default:
      return event satisfies never
  }
}

/** What moved without us is kept whatever becomes of the payment: it may come before the charge that it is about. */
export const evolve = (payment: Payment, event: PaymentEvent): Payment => {
  const after = evolveOwn(payment, event)
  const outside = evolveOutside(outsideOf(payment), event)
  return outside === noOutsideMoney || after.status === 'none' || outside === after.outside
    ? after
    : { ...after, outside }
}
