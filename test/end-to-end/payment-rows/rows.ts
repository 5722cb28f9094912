import type { PaymentCommand } from '../../../domain/payments/commands.ts'

/** By command: what the command says, the state in which it finds what it is about, and what is written then. */
export type Rows = Readonly<Record<PaymentCommand['type'], readonly string[]>>

/**
 * What each command does to a payment, in every state: of a charge the payment's, of a refund the refund's, of what moves without us that
 * refund's or that dispute's. `nothing` and `refused` are one row a command, in whatever state.
 */
export const rows: Rows = {
  RequestPayment: ['none → PaymentRequested', 'none → PaymentVoided', 'nothing'],
  RecordPaymentOutcome: [
    'succeeded: requested → PaymentSucceeded',
    'succeeded: action_required → PaymentSucceeded',
    'succeeded: unknown → PaymentSucceeded',
    'succeeded: failed → PaymentSucceeded',
    'succeeded: voided → PaymentSucceeded + RefundRequested',
    'succeeded: requested → PaymentMismatchDetected',
    'succeeded: action_required → PaymentMismatchDetected',
    'succeeded: unknown → PaymentMismatchDetected',
    'succeeded: failed → PaymentMismatchDetected',
    'succeeded: voided → PaymentMismatchDetected',
    'succeeded: succeeded → DuplicateChargeDetected + RefundRequested',
    'succeeded: mismatch → DuplicateChargeDetected + RefundRequested',
    'succeeded: nothing',
    'failed: requested → PaymentFailed',
    'failed: action_required → PaymentFailed',
    'failed: unknown → PaymentFailed',
    'failed: voided → PaymentFailed',
    'failed: nothing',
    'action_required: requested → PaymentActionRequired',
    'action_required: unknown → PaymentActionRequired',
    'action_required: nothing',
    'unknown: requested → PaymentOutcomeUnknown',
    'unknown: action_required → PaymentOutcomeUnknown',
    'unknown: nothing',
    'refused payment_not_found',
    'refused foreign_payment',
  ],
  VoidOrRefund: [
    'none → PaymentVoided',
    'requested → PaymentVoided',
    'action_required → PaymentVoided',
    'unknown → PaymentVoided',
    'failed → PaymentVoided',
    'succeeded → RefundRequested',
    'nothing',
  ],
  RefundPayment: [
    'succeeded → RefundRequested',
    'mismatch → RefundRequested',
    'nothing',
    'refused refund_reused',
    'refused refund_exceeds_payment',
  ],
  RefundLines: [
    'succeeded → RefundRequested',
    'mismatch → RefundRequested',
    'nothing',
    'refused refund_reused',
    'refused refund_exceeds_line',
    'refused refund_exceeds_payment',
  ],
  RetryRefund: [
    'failed → RefundRequested',
    'withdrawn → RefundRequested',
    'nothing',
    'refused refund_not_found',
    'refused refund_exceeds_payment',
  ],
  SettleRefund: [
    'failed → RefundSettledManually',
    'withdrawn → RefundSettledManually',
    'nothing',
    'refused refund_not_found',
    'refused refund_not_failed',
    'refused refund_exceeds_payment',
  ],
  WithdrawRefund: ['failed → RefundWithdrawn', 'nothing', 'refused refund_not_found', 'refused refund_not_failed'],
  RecordRefundOutcome: [
    'succeeded: requested → RefundSucceeded',
    'succeeded: nothing',
    'failed: requested → RefundFailed',
    'failed: nothing',
    'refused refund_not_found',
  ],
  RecordToldRefund: [
    'ours, succeeded: requested → RefundSucceeded',
    'ours, succeeded: nothing',
    'ours, failed: requested → RefundFailed',
    'ours, failed: succeeded → RefundFailed',
    'ours, failed: nothing',
    'theirs, succeeded: new → ExternalRefundRecorded',
    'theirs, succeeded: nothing',
    'theirs, failed: new → ExternalRefundFailed',
    'theirs, failed: succeeded → ExternalRefundFailed',
    'theirs, failed: nothing',
    'refused payment_not_found',
    'refused foreign_payment',
  ],
  RecordDispute: [
    'opened: new → DisputeOpened',
    'opened: nothing',
    'won: new → DisputeWon',
    'won: open → DisputeWon',
    'won: lost → DisputeWon',
    'won: nothing',
    'lost: new → DisputeLost',
    'lost: open → DisputeLost',
    'lost: nothing',
    'refused payment_not_found',
    'refused foreign_payment',
  ],
}

export const everyRow: readonly string[] = Object.entries(rows).flatMap(([command, its]) =>
  its.map((row) => `${command} ${row}`),
)

/** Rows that nobody can see from outside, and why; each has its specification beside the decider. */
export const unseen: Readonly<Record<string, string>> = {
  'RequestPayment nothing': 'an event that comes a second time leaves no trace',
  'RecordRefundOutcome refused refund_not_found': 'what is called for is a refund that is known',
}
