import { inEveryState } from './decider.ts'
import { orderId } from './order-events.ts'
import {
  externalRefundFailed,
  externalRefundRecorded,
  laterProviderTime,
  paymentFailed,
  paymentMismatchDetected,
  paymentRequested,
  paymentSucceeded,
  paymentVoided,
  providerTime,
  refundRequested,
  refundSucceeded,
} from './payment-events.ts'
import type { PaymentCommand, ToldRefund } from '../../domain/payments/commands.ts'
import { paymentDecider } from '../../domain/payments/payment.ts'

export const paid = [paymentRequested(), paymentSucceeded()] as const
export const everyState = inEveryState(paymentDecider, {
  none: [],
  requested: [paymentRequested()],
  failed: [paymentRequested(), paymentFailed()],
  'voided, never requested': [paymentVoided()],
  'voided, request open': [paymentRequested(), paymentVoided()],
  succeeded: paid,
  mismatch: [paymentRequested(), paymentMismatchDetected()],
  'refund requested': [...paid, refundRequested()],
  'refund succeeded': [...paid, refundRequested(), refundSucceeded()],
  'recorded before': [...paid, externalRefundRecorded()],
  'failed before': [...paid, externalRefundFailed()],
  'recorded, then failed': [...paid, externalRefundRecorded(), externalRefundFailed()],
})

export const pr9 = { providerRefundId: 'pr-9', providerPaymentId: 'pp-1', amount: 2000, currency: 'EUR' }
export const told = (changes: Partial<ToldRefund> = {}): PaymentCommand => ({
  type: 'RecordToldRefund',
  orderId,
  paymentId: undefined,
  claim: undefined,
  refund: pr9,
  outcome: { kind: 'succeeded', providerRefundId: 'pr-9', providerTime },
  ...changes,
})
export const failed = { kind: 'failed', code: 'account_closed', providerTime: laterProviderTime } as const
