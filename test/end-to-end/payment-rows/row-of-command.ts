import type { PaymentCommand } from '../../../domain/payments/commands.ts'
import { paymentDecider, refundOf, refundsOf, type Payment } from '../../../domain/payments/payment.ts'
import { outsideOf } from '../../../domain/payments/state.ts'
import { Refusal } from '../../../domain/shared/refusal.ts'
import { decided } from '../../specifications/decider.ts'

type ToldRefund = Extract<PaymentCommand, { readonly type: 'RecordToldRefund' }>

/** As it is said to be: an attempt that the payment knows. */
const isOurs = (payment: Payment, { claim, refund }: ToldRefund): boolean =>
  (claim !== undefined && refundOf(payment, claim.refundId) !== undefined) ||
  refundsOf(payment).some(({ made = [] }) =>
    made.some(({ providerRefundId }) => providerRefundId === refund?.providerRefundId),
  )

/** What the command says, as far as rows differ by it. */
const detailOf = (payment: Payment, command: PaymentCommand): string => {
  switch (command.type) {
    case 'RecordPaymentOutcome':
    case 'RecordRefundOutcome':
    case 'RecordDispute':
      return `${command.outcome.kind}: `
    case 'RecordToldRefund':
      return `${isOurs(payment, command) ? 'ours' : 'theirs'}, ${command.outcome.kind}: `
    default:
      return ''
  }
}

/** Of what the command is about. */
const stateOf = (payment: Payment, command: PaymentCommand): string => {
  switch (command.type) {
    case 'RequestPayment':
    case 'RecordPaymentOutcome':
    case 'VoidOrRefund':
    case 'RefundPayment':
    case 'RefundLines':
      return payment.status
    case 'RetryRefund':
    case 'SettleRefund':
    case 'WithdrawRefund':
    case 'RecordRefundOutcome':
      return refundOf(payment, command.refundId)?.status ?? 'none'
    case 'RecordToldRefund': {
      const { claim, refund } = command
      const own = claim === undefined ? undefined : refundOf(payment, claim.refundId)
      const outside = outsideOf(payment).refunds.find(
        ({ providerRefundId }) => providerRefundId === refund?.providerRefundId,
      )
      return own?.status ?? outside?.status ?? 'new'
    }
    case 'RecordDispute':
      return (
        outsideOf(payment).disputes.find(
          ({ providerDisputeId }) => providerDisputeId === command.dispute.providerDisputeId,
        )?.status ?? 'new'
      )
  }
}

/** Of `rows`, with its command in front. `came`: the types of what was written, or the code of a refusal. */
export const rowOf = (payment: Payment, command: PaymentCommand, came: readonly string[] | Refusal['code']): string => {
  if (typeof came === 'string') return `${command.type} refused ${came}`
  const what = `${command.type} ${detailOf(payment, command)}`
  return came.length === 0 ? `${what}nothing` : `${what}${stateOf(payment, command)} → ${came.join(' + ')}`
}

/** The row by which the domain decides this command. */
export const rowDecided = (payment: Payment, command: PaymentCommand): string => {
  const came = decided(paymentDecider, command, payment)
  return rowOf(payment, command, came instanceof Refusal ? came.code : came.map(({ type }) => type))
}
