import { paymentIdOf } from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'
import type { PaymentCommand, ProviderRefund, ToldRefund } from './commands.ts'
import type { PaymentEvent } from './events.ts'
import { isDisputeNews } from './outside-money.ts'
import { recordRefundOutcome } from './refunds.ts'
import { isCharged, isChargeOf, outsideOf, paymentIdIn, refundOf, refundsOf, type Payment } from './state.ts'

type CommandOf<Type extends PaymentCommand['type']> = Extract<PaymentCommand, { readonly type: Type }>

/**
 * @throws Refusal when the provider names this order together with a payment that is not the order's: it is applied to neither, and a
 * person has to find out whose it is
 */
export const expectOwn = (payment: Payment, orderId: string, paymentId: string): void => {
  if (paymentId !== (paymentIdIn(payment) ?? paymentIdOf(orderId)))
    throw new Refusal('foreign_payment', `the payment ${paymentId} is not the one of this order`, {
      orderId,
      paymentId,
    })
}

/**
 * We give back only what we know to have been taken. One that is said to be an attempt of ours, and is of a charge that the order does not
 * have, is another's: also where the provider does not say our own id of the payment.
 * @throws Refusal
 */
const expectOwnCharge = (payment: Payment, { orderId, claim, refund }: CommandOf<'RecordToldRefund'>): void => {
  const providerPaymentId = refund?.providerPaymentId
  if (claim === undefined || providerPaymentId === undefined || !isCharged(payment)) return
  if (!isChargeOf(payment, providerPaymentId))
    throw new Refusal('foreign_payment', `the charge ${providerPaymentId} is not one of this order`, {
      orderId,
      providerPaymentId,
    })
}

/** @throws Refusal also when no money was ever asked for: what came of it belongs in front of an operator */
const expectAsked = (payment: Payment, orderId: string, paymentId: string | undefined): void => {
  if (paymentId !== undefined) expectOwn(payment, orderId, paymentId)
  if (payment.status === 'none')
    throw new Refusal('payment_not_found', 'money moved that was never asked for', { orderId })
}

/** The attempt of ours that it is. Two refunds of the provider are never one attempt, whatever either is said to be. */
const ownAttempt = (
  payment: Payment,
  { claim, refund }: ToldRefund,
): { readonly refundId: string; readonly attempt: number } | undefined => {
  const id = refund?.providerRefundId
  for (const { refundId, made = [] } of refundsOf(payment)) {
    const same = made.find(({ providerRefundId }) => providerRefundId === id)
    if (same !== undefined) return { refundId, attempt: same.attempt }
  }
  const known = claim === undefined ? undefined : refundOf(payment, claim.refundId)
  if (claim === undefined || known === undefined || claim.attempt > known.attempt) return undefined
  const isAnother = id !== undefined && known.made?.some(({ attempt }) => attempt === claim.attempt) === true
  const { providerPaymentId = known.providerPaymentId } = refund ?? {}
  return isAnother || providerPaymentId !== known.providerPaymentId ? undefined : claim
}

/** An outcome of a refund of ours; or money that has gone, or come back, without us: once for each refund of the provider. */
export const recordToldRefund = (payment: Payment, command: CommandOf<'RecordToldRefund'>): readonly PaymentEvent[] => {
  const { orderId, paymentId, refund, outcome } = command
  expectAsked(payment, orderId, paymentId)
  expectOwnCharge(payment, command)
  const own = ownAttempt(payment, command)
  if (own !== undefined) return recordRefundOutcome(payment, { type: 'RecordRefundOutcome', orderId, ...own, outcome })
  const providerPaymentId = refund?.providerPaymentId ?? (isCharged(payment) ? payment.charge.providerPaymentId : '')
  if (refund === undefined || providerPaymentId === '')
    throw new Refusal(
      'provider_outcome_incomplete',
      'a refund that is none of ours, without saying of what or of how much',
      { orderId, ...command.claim },
    )
  return recordExternalRefund(payment, command, { ...refund, providerPaymentId })
}

const whenOf = (payment: Payment): { readonly beforeCharge?: true } =>
  isCharged(payment) ? {} : { beforeCharge: true }

/** Once the order has its charge, any other is beyond it: also one that itself is still to be told of. */
const whichOf = (
  payment: Payment,
  { providerPaymentId }: CommandOf<'RecordDispute'>['dispute'],
): { readonly ofDuplicate?: true } =>
  isCharged(payment) && payment.charge.providerPaymentId !== providerPaymentId ? { ofDuplicate: true } : {}

const recordExternalRefund = (
  payment: Payment,
  { orderId, outcome }: CommandOf<'RecordToldRefund'>,
  refund: ProviderRefund & { readonly providerPaymentId: string },
): readonly PaymentEvent[] => {
  const known = outsideOf(payment).refunds.find(({ providerRefundId }) => providerRefundId === refund.providerRefundId)
  const told = { orderId, ...refund, providerTime: outcome.providerTime, ...whenOf(payment) }
  switch (outcome.kind) {
    case 'succeeded':
      return known === undefined ? [{ type: 'ExternalRefundRecorded', ...told }] : []
    case 'failed':
      return known?.status === 'failed' ? [] : [{ type: 'ExternalRefundFailed', ...told, code: outcome.code }]
    default:
      return outcome satisfies never
  }
}

/** What has been told of a dispute, in whatever order, ends the same: open, then lost, then won. */
export const recordDispute = (
  payment: Payment,
  { orderId, paymentId, dispute, outcome: { kind, providerTime } }: CommandOf<'RecordDispute'>,
): readonly PaymentEvent[] => {
  expectAsked(payment, orderId, paymentId)
  const known = outsideOf(payment).disputes.find(
    ({ providerDisputeId }) => providerDisputeId === dispute.providerDisputeId,
  )?.status
  const told = { orderId, ...dispute, providerTime, ...whenOf(payment), ...whichOf(payment, dispute) }
  switch (kind) {
    case 'opened':
      return isDisputeNews(known, 'open') ? [{ type: 'DisputeOpened', ...told }] : []
    case 'lost':
      return isDisputeNews(known, 'lost') ? [{ type: 'DisputeLost', ...told }] : []
    case 'won':
      return isDisputeNews(known, 'won') ? [{ type: 'DisputeWon', ...told }] : []
    default:
      return kind satisfies never
  }
}
