import type { PaymentCommand } from '../../domain/payments/commands.ts'
import { paymentDecider } from '../../domain/payments/payment.ts'
import { inEveryState, specificationOf } from './decider.ts'
import { orderId } from './order-events.ts'
import {
  laterProviderTime,
  paymentFailed,
  paymentMismatchDetected,
  paymentRequested,
  paymentSucceeded,
  paymentVoided,
  refundFailed,
  refundRequested,
  refundSettledManually,
  refundSucceeded,
  refundWithdrawn,
} from './payment-events.ts'

export const { given } = specificationOf(paymentDecider)

export const paid = [paymentRequested(), paymentSucceeded()] as const

/** A command in every state of a payment that matters to its refunds. */
export const everyState = inEveryState(paymentDecider, {
  none: [],
  requested: [paymentRequested()],
  failed: [paymentRequested(), paymentFailed()],
  voided: [paymentRequested(), paymentVoided()],
  succeeded: paid,
  mismatch: [paymentRequested(), paymentMismatchDetected()],
  'refund requested': [...paid, refundRequested()],
  'refund succeeded': [...paid, refundRequested(), refundSucceeded()],
  'refund failed': [...paid, refundRequested(), refundFailed()],
  'refund failed after it succeeded': [
    ...paid,
    refundRequested(),
    refundSucceeded(),
    refundFailed({ providerTime: laterProviderTime }),
  ],
  'refund failed, its amount given back otherwise': [
    ...paid,
    refundRequested(),
    refundFailed(),
    refundRequested({ refundId: 'r-9', amount: 1 }),
  ],
  'refund requested again': [...paid, refundRequested(), refundFailed(), refundRequested({ attempt: 2 })],
  'refund settled by hand': [...paid, refundRequested(), refundFailed(), refundSettledManually()],
  'refund withdrawn': [...paid, refundRequested(), refundFailed(), refundWithdrawn()],
})

/** As an operator asks for it. */
export const refundPayment = (amount: number, currency = 'EUR', refundId = 'r-1'): PaymentCommand => ({
  type: 'RefundPayment',
  orderId,
  refundId,
  amount,
  currency,
  reason: 'broken',
})
/** What that leads to. */
export const operators = (amount: number) => refundRequested({ refundId: 'r-1', amount, reason: 'broken' })
