import { orderId } from '../../test/specifications/order-events.ts'
import {
  refundFailed,
  refundRequested,
  refundSettledManually,
  refundWithdrawn,
} from '../../test/specifications/payment-events.ts'
import { everyState, given, operators, paid, refundPayment } from '../../test/specifications/refunds.ts'

describe('a refund: SettleRefund', () => {
  everyState(
    { type: 'SettleRefund', orderId, refundId: 'full', note: 'by bank transfer' },
    {
      none: 'refund_not_found',
      requested: 'refund_not_found',
      failed: 'refund_not_found',
      voided: 'refund_not_found',
      succeeded: 'refund_not_found',
      mismatch: 'refund_not_found',
      'refund requested': 'refund_not_failed',
      'refund succeeded': 'refund_not_failed',
      'refund failed': [refundSettledManually()],
      'refund failed after it succeeded': [refundSettledManually()],
      'refund failed, its amount given back otherwise': 'refund_exceeds_payment',
      'refund requested again': 'refund_not_failed',
      'refund settled by hand': [],
      'refund withdrawn': [refundSettledManually()],
    },
  )
})

describe('a refund: WithdrawRefund', () => {
  everyState(
    { type: 'WithdrawRefund', orderId, refundId: 'full', note: 'given back by another refund' },
    {
      none: 'refund_not_found',
      requested: 'refund_not_found',
      failed: 'refund_not_found',
      voided: 'refund_not_found',
      succeeded: 'refund_not_found',
      mismatch: 'refund_not_found',
      'refund requested': 'refund_not_failed',
      'refund succeeded': 'refund_not_failed',
      'refund failed': [refundWithdrawn()],
      'refund failed after it succeeded': [refundWithdrawn()],
      'refund failed, its amount given back otherwise': [refundWithdrawn()],
      'refund requested again': 'refund_not_failed',
      'refund settled by hand': 'refund_not_failed',
      'refund withdrawn': [],
    },
  )

  it('it counts as nothing given back: all of the payment can still go back, once', () => {
    given(...paid, refundRequested(), refundFailed(), refundWithdrawn())
      .when(refundPayment(5500))
      .then(operators(5500))
    given(...paid, refundRequested(), refundFailed(), refundWithdrawn(), operators(5500))
      .when({ type: 'RetryRefund', orderId, refundId: 'full' })
      .thenRefused('refund_exceeds_payment')
  })
})
