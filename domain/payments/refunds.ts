import { Refusal } from '../shared/refusal.ts'
import type { PaymentCommand } from './commands.ts'
import type { PaymentEvent, RefundedLine } from './events.ts'
import { expectLeftOfLines, sameLines } from './refunded-lines.ts'
import type { ChargedPayment, Charge, Payment, Refund } from './state.ts'
import { hasGoneNowhere, isCharged, leftOf, refundOf } from './state.ts'

type CommandOf<Type extends PaymentCommand['type']> = Extract<PaymentCommand, { readonly type: Type }>

/** The system's own refund of what an order keeps: one for each order. */
export const fullRefundId = 'full'

export const duplicateRefundId = (providerPaymentId: string): string => `duplicate-${providerPaymentId}`

const linesOf = (lines: readonly RefundedLine[] | undefined) => (lines === undefined ? {} : { lines: [...lines] })

export const firstAttempt = (
  orderId: string,
  refundId: string,
  { providerPaymentId, amount, currency }: Charge,
  reason: string,
  lines?: readonly RefundedLine[],
): readonly PaymentEvent[] =>
  // A charge of nothing (an order that is free) needs nothing given back.
  amount === 0
    ? []
    : [
        {
          type: 'RefundRequested',
          orderId,
          refundId,
          attempt: 1,
          providerPaymentId,
          amount,
          currency,
          reason,
          ...linesOf(lines),
        },
      ]

/** Gives back what is left. Once: a `full` refund that failed stands in front of an operator, and repeating it here would go on for ever. */
export const refundRest = (
  payment: ChargedPayment & Payment,
  orderId: string,
  reason: string,
): readonly PaymentEvent[] =>
  refundOf(payment, fullRefundId) === undefined
    ? firstAttempt(orderId, fullRefundId, { ...payment.charge, amount: leftOf(payment, payment.charge) }, reason)
    : []

/** One that the system asked for by itself stands for what is left of its charge, whatever that is by now. */
const standsForTheRest = ({ refundId, providerPaymentId }: Refund): boolean =>
  refundId === fullRefundId || refundId === duplicateRefundId(providerPaymentId)

/** Of every charge, what the system asks to be given back of a closed order: what it has not asked for yet is nothing by now. */
export const isAllAskedFor = (payment: ChargedPayment & Payment): boolean =>
  [payment.charge, ...payment.duplicates].every(
    (charge) =>
      leftOf(payment, charge) === 0 ||
      payment.refunds.some(
        (refund) => refund.providerPaymentId === charge.providerPaymentId && standsForTheRest(refund),
      ),
  )

/** `lines`: what the amount is for, where it was asked for by line. */
type AskedRefund = Omit<CommandOf<'RefundPayment'>, 'type'> & { readonly lines?: readonly RefundedLine[] }

const askForRefund = (payment: Payment, asked: AskedRefund): readonly PaymentEvent[] => {
  const { orderId, refundId, amount, currency, reason, lines } = asked
  const known = refundOf(payment, refundId)
  if (known !== undefined) {
    if (known.amount === amount && known.currency === currency && sameLines(known.lines, lines)) return []
    throw new Refusal('refund_reused', 'this refund id has been used for something else', { refundId })
  }
  if (!isCharged(payment)) throw new Refusal('refund_exceeds_payment', 'nothing has been paid', { left: 0 })
  const { charge } = payment
  const left = leftOf(payment, charge)
  if (currency !== charge.currency) {
    throw new Refusal('refund_exceeds_payment', `the payment was in ${charge.currency}`, {
      left,
      currency: charge.currency,
    })
  }
  expectLeftOfLines(payment, lines ?? [])
  if (amount === 0) throw new Refusal('refund_of_nothing', 'these lines cost nothing: there is nothing to give back')
  if (amount > left) throw exceeds(left, currency)
  return firstAttempt(orderId, refundId, { ...charge, amount }, reason, lines)
}

export const refundPayment = (payment: Payment, command: CommandOf<'RefundPayment'>): readonly PaymentEvent[] =>
  askForRefund(payment, command)

export const refundLines = (
  payment: Payment,
  { lines, ...asked }: CommandOf<'RefundLines'>,
): readonly PaymentEvent[] => {
  const amount = lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0)
  return askForRefund(payment, {
    ...asked,
    amount,
    lines: lines.map(({ sku, quantity, ordered }) => ({ sku, quantity, ordered })),
  })
}

export const retryRefund = (
  payment: Payment,
  { orderId, refundId }: CommandOf<'RetryRefund'>,
): readonly PaymentEvent[] => {
  const refund = failedRefundThatFits(payment, refundId, { retried: true })
  if (refund === undefined) return []
  const { attempt, providerPaymentId, amount, currency, reason, lines } = refund
  return [
    {
      type: 'RefundRequested',
      orderId,
      refundId,
      attempt: attempt + 1,
      providerPaymentId,
      amount,
      currency,
      reason,
      ...linesOf(lines),
    },
  ]
}

const notFailed = ({ refundId, status }: Refund, what: 'settled' | 'withdrawn'): Refusal =>
  new Refusal('refund_not_failed', `only a refund that has failed can be ${what}`, { refundId, status })

export const settleRefund = (
  payment: Payment,
  { orderId, refundId, note }: CommandOf<'SettleRefund'>,
): readonly PaymentEvent[] => {
  if (failedRefundThatFits(payment, refundId) !== undefined)
    return [{ type: 'RefundSettledManually', orderId, refundId, note }]
  const refund = refundOf(payment, refundId)
  // Whoever says that they have paid it has to hear that the provider pays it too.
  if (refund !== undefined && refund.status !== 'settled') throw notFailed(refund, 'settled')
  return []
}

/** It counts nothing, before and after: so it also ends one whose amount does not fit any more. */
export const withdrawRefund = (
  payment: Payment,
  { orderId, refundId, note }: CommandOf<'WithdrawRefund'>,
): readonly PaymentEvent[] => {
  const refund = refundOf(payment, refundId)
  if (refund === undefined) throw notFound(refundId)
  switch (refund.status) {
    case 'failed':
      return [{ type: 'RefundWithdrawn', orderId, refundId, note }]
    case 'withdrawn':
      return []
    // Of money that has gone, or may be going at this moment, nobody can say so.
    case 'requested':
    case 'succeeded':
    case 'settled':
      throw notFailed(refund, 'withdrawn')
  }
}

/**
 * Undefined for a refund that has not failed; one that was withdrawn had. What of it is retried may be more or less than before.
 * @throws Refusal when other refunds, or a dispute that was lost, have taken its place since, or when nobody knows it
 */
const failedRefundThatFits = (payment: Payment, refundId: string, { retried = false } = {}): Refund | undefined => {
  const refund = refundOf(payment, refundId)
  if (refund === undefined || !isCharged(payment)) throw notFound(refundId)
  if (!hasGoneNowhere(refund)) return undefined
  const charge = [payment.charge, ...payment.duplicates].find(
    ({ providerPaymentId }) => providerPaymentId === refund.providerPaymentId,
  )
  const left = charge === undefined ? 0 : leftOf(payment, charge)
  if (retried && left > 0 && standsForTheRest(refund)) return { ...refund, amount: left }
  expectLeftOfLines(payment, refund.lines ?? [])
  if (refund.amount > left) throw exceeds(left, refund.currency)
  return refund
}

export const recordRefundOutcome = (
  payment: Payment,
  command: CommandOf<'RecordRefundOutcome'>,
): readonly PaymentEvent[] => {
  const { orderId, refundId, attempt, outcome } = command
  const refund = refundOf(payment, refundId)
  if (refund === undefined || attempt > refund.attempt) throw notFound(refundId)
  if (attempt < refund.attempt) return []
  const { amount, currency } = refund
  const providerTime = outcome.providerTime === undefined ? {} : { providerTime: outcome.providerTime }
  const failed = (code: string): readonly PaymentEvent[] => [
    { type: 'RefundFailed', orderId, refundId, attempt, code, ...providerTime },
  ]
  switch (refund.status) {
    case 'requested':
      if (outcome.kind === 'failed') return failed(outcome.code)
      return [
        {
          type: 'RefundSucceeded',
          orderId,
          refundId,
          attempt,
          amount,
          currency,
          providerRefundId: outcome.providerRefundId,
          ...providerTime,
        },
      ]
    case 'succeeded':
      return outcome.kind === 'failed' && isLater(outcome.providerTime, refund.providerTime) ? failed(outcome.code) : []
    case 'failed':
    case 'settled':
    case 'withdrawn':
      return []
  }
}

/** By the provider's clock. A success that came without a time (the result of our own call) is older than all that is told of it later. */
const isLater = (time: string | undefined, than: string | undefined): boolean =>
  time !== undefined && (than === undefined || Date.parse(time) > Date.parse(than))

const exceeds = (left: number, currency: string): Refusal =>
  new Refusal('refund_exceeds_payment', 'more than is left of the payment', { left, currency })

// From the provider: its dead letter belongs in front of an operator. From an operator: there is no such refund.
const notFound = (refundId: string): Refusal => new Refusal('refund_not_found', 'there is no such refund', { refundId })
