import type { Decider } from '../shared/decider.ts'
import { Refusal } from '../shared/refusal.ts'
import type { PaymentCommand, ProviderOutcome } from './commands.ts'
import type { PaymentEvent } from './events.ts'
import { evolve } from './evolve.ts'
import {
  duplicateRefundId,
  firstAttempt,
  fullRefundId,
  recordRefundOutcome,
  refundLines,
  refundPayment,
  refundRest,
  retryRefund,
  settleRefund,
  withdrawRefund,
} from './refunds.ts'
import { expectOwn, recordDispute, recordToldRefund } from './told-by-provider.ts'
import type { Charge, Payment } from './state.ts'
import { isChargeOf, leftOf } from './state.ts'

export type { ChargedPayment, Payment, PaymentRequested, PaymentStatus, Refund } from './state.ts'
export { isCharged, openRequestOf, refundOf, refundsOf } from './state.ts'

type CommandOf<Type extends PaymentCommand['type']> = Extract<PaymentCommand, { readonly type: Type }>
type RecordPaymentOutcome = CommandOf<'RecordPaymentOutcome'>

const requestPayment = (
  payment: Payment,
  { orderId, paymentId, order }: CommandOf<'RequestPayment'>,
): readonly PaymentEvent[] => {
  if (payment.status !== 'none') return []
  if (order.closed) return [{ type: 'PaymentVoided', orderId, reason: 'order_closed' }]
  const { amount, currency, method } = order
  return [{ type: 'PaymentRequested', orderId, paymentId, amount, currency, method, idempotencyKey: paymentId }]
}

const voidOrRefund = (payment: Payment, { orderId, reason }: CommandOf<'VoidOrRefund'>): readonly PaymentEvent[] => {
  switch (payment.status) {
    case 'none':
    case 'requested':
    case 'action_required':
    case 'unknown':
    case 'failed':
      return [{ type: 'PaymentVoided', orderId, reason }]
    case 'succeeded':
      return refundRest(payment, orderId, reason)
    case 'voided':
    case 'mismatch':
      return []
  }
}

const recordOutcome = (payment: Payment, command: RecordPaymentOutcome): readonly PaymentEvent[] => {
  const { orderId, paymentId, outcome } = command
  expectOwn(payment, orderId, paymentId)
  switch (outcome.kind) {
    case 'succeeded':
      return recordSuccess(payment, command, outcome)
    case 'failed':
      return recordFailure(payment, orderId, outcome.code)
    case 'action_required':
      return recordActionRequired(payment, orderId, outcome.url)
    case 'unknown':
      return recordUnknown(payment, orderId)
    default:
      return outcome satisfies never
  }
}

/** Money was taken. Whatever the state, it is written down: kept, given back, or put in front of an operator; never ignored. */
const recordSuccess = (
  payment: Payment,
  { orderId, paymentId }: RecordPaymentOutcome,
  { providerPaymentId, amount, currency }: Extract<ProviderOutcome, { readonly kind: 'succeeded' }>,
): readonly PaymentEvent[] => {
  const charge = { providerPaymentId, amount, currency }
  // Some of it may have been given back without us, before we heard of it.
  const toRefund = { ...charge, amount: leftOf(payment, charge) }
  const succeeded: PaymentEvent = { type: 'PaymentSucceeded', orderId, paymentId, ...charge }
  const mismatch: PaymentEvent = {
    type: 'PaymentMismatchDetected',
    orderId,
    paymentId,
    providerPaymentId,
    captured: amount,
    currency,
  }
  switch (payment.status) {
    // Nobody asked for this money, and what the order costs is not known here. Written down as a payment it would confirm an order
    // whose stock may not be reserved yet; as a mismatch, or given back at once, it would end the payment of an order that is well.
    // Refused, it is parked: an operator sees it, nothing is lost, and a retry decides again on what is known by then.
    case 'none':
      throw new Refusal('payment_not_found', 'money came that was never asked for', { orderId, ...charge })
    case 'requested':
    case 'action_required':
    case 'unknown':
    case 'failed':
      return [isAskedFor(charge, payment.request) ? succeeded : mismatch]
    case 'voided':
      if (payment.request !== undefined && !isAskedFor(charge, payment.request)) return [mismatch]
      // In one append: there is no moment in which a closed order keeps the money.
      return [succeeded, ...firstAttempt(orderId, fullRefundId, toRefund, payment.reason)]
    case 'succeeded':
    case 'mismatch':
      return isChargeOf(payment, providerPaymentId) ? [] : recordDuplicate(orderId, charge, toRefund)
  }
}

const isAskedFor = (
  charge: Charge,
  { amount, currency }: { readonly amount: number; readonly currency: string },
): boolean => charge.amount === amount && charge.currency === currency

const recordDuplicate = (orderId: string, charge: Charge, toRefund: Charge): readonly PaymentEvent[] => [
  { type: 'DuplicateChargeDetected', orderId, ...charge },
  ...firstAttempt(orderId, duplicateRefundId(charge.providerPaymentId), toRefund, 'duplicate_charge'),
]

const recordFailure = (payment: Payment, orderId: string, code: string): readonly PaymentEvent[] => {
  switch (payment.status) {
    case 'requested':
    case 'action_required':
    case 'unknown':
      return [{ type: 'PaymentFailed', orderId, paymentId: payment.request.paymentId, code }]
    case 'voided':
      if (payment.request === undefined || !payment.requestOpen) return []
      return [{ type: 'PaymentFailed', orderId, paymentId: payment.request.paymentId, code }]
    case 'none':
    case 'failed':
    case 'succeeded':
    case 'mismatch':
      return []
  }
}

const recordActionRequired = (payment: Payment, orderId: string, url: string): readonly PaymentEvent[] => {
  switch (payment.status) {
    case 'requested':
    case 'action_required':
    case 'unknown':
      if (payment.actionUrl !== undefined) return []
      return [{ type: 'PaymentActionRequired', orderId, paymentId: payment.request.paymentId, url }]
    case 'none':
    case 'failed':
    case 'voided':
    case 'succeeded':
    case 'mismatch':
      return []
  }
}

const recordUnknown = (payment: Payment, orderId: string): readonly PaymentEvent[] => {
  switch (payment.status) {
    case 'requested':
    case 'action_required':
    case 'unknown':
      return payment.unknownNoted
        ? []
        : [{ type: 'PaymentOutcomeUnknown', orderId, paymentId: payment.request.paymentId }]
    case 'none':
    case 'failed':
    case 'voided':
    case 'succeeded':
    case 'mismatch':
      return []
  }
}

const decide = (command: PaymentCommand, payment: Payment): readonly PaymentEvent[] => {
  switch (command.type) {
    case 'RequestPayment':
      return requestPayment(payment, command)
    case 'RecordPaymentOutcome':
      return recordOutcome(payment, command)
    case 'VoidOrRefund':
      return voidOrRefund(payment, command)
    case 'RefundPayment':
      return refundPayment(payment, command)
    case 'RefundLines':
      return refundLines(payment, command)
    case 'RetryRefund':
      return retryRefund(payment, command)
    case 'SettleRefund':
      return settleRefund(payment, command)
    case 'WithdrawRefund':
      return withdrawRefund(payment, command)
    case 'RecordRefundOutcome':
      return recordRefundOutcome(payment, command)
    case 'RecordToldRefund':
      return recordToldRefund(payment, command)
    case 'RecordDispute':
      return recordDispute(payment, command)
    default:
      return command satisfies never
  }
}

/** Stream `payment-{orderId}`. */
export const paymentDecider: Decider<Payment, PaymentCommand, PaymentEvent> = {
  initialState: { status: 'none' },
  decide,
  evolve,
}
