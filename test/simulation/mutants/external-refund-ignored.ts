import { paymentDecider, refundOf } from '../../../domain/payments/payment.ts'
import { replacedDecision } from './replaced-decider.ts'

/** A refund that is none of ours is none of our business. */
export const externalRefundIgnored = replacedDecision('external refund ignored', paymentDecider, (command, payment) =>
  command.type === 'RecordToldRefund' &&
  (command.claim === undefined || refundOf(payment, command.claim.refundId) === undefined)
    ? []
    : undefined,
)
