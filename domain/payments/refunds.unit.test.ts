import { orderId } from '../../test/specifications/order-events.ts'
import {
  disputeLost,
  duplicateChargeDetected,
  externalRefundFailed,
  externalRefundRecorded,
  paymentMismatchDetected,
  paymentRequested,
  refundFailed,
  refundRequested,
} from '../../test/specifications/payment-events.ts'
import { everyState, given, operators, paid, refundPayment } from '../../test/specifications/refunds.ts'
import type { PaymentCommand } from './commands.ts'

describe('a refund: RefundPayment of a part', () => {
  everyState(refundPayment(1500), {
    none: 'refund_exceeds_payment',
    requested: 'refund_exceeds_payment',
    failed: 'refund_exceeds_payment',
    voided: 'refund_exceeds_payment',
    succeeded: [operators(1500)],
    mismatch: [operators(1500)],
    'refund requested': 'refund_exceeds_payment',
    'refund succeeded': 'refund_exceeds_payment',
    'refund failed': [operators(1500)],
    'refund failed after it succeeded': [operators(1500)],
    'refund failed, its amount given back otherwise': [operators(1500)],
    'refund requested again': 'refund_exceeds_payment',
    'refund settled by hand': 'refund_exceeds_payment',
    'refund withdrawn': [operators(1500)],
  })

  it('up to what was captured, to the cent', () => {
    given(...paid)
      .when(refundPayment(5500))
      .then(operators(5500))
    given(...paid)
      .when(refundPayment(5501))
      .thenRefused('refund_exceeds_payment', { left: 5500, currency: 'EUR' })
    given(paymentRequested(), paymentMismatchDetected(9900)).when(refundPayment(9900)).then(operators(9900))
  })

  it('all refunds together no more than was captured', () => {
    given(...paid, refundRequested({ refundId: 'r-0', amount: 4000 }))
      .when(refundPayment(1500))
      .then(operators(1500))
    given(...paid, refundRequested({ refundId: 'r-0', amount: 4001 }))
      .when(refundPayment(1500))
      .thenRefused('refund_exceeds_payment')
  })

  it('a second charge is given back by itself and adds nothing', () => {
    const duplicate = refundRequested({ refundId: 'duplicate-pp-2', providerPaymentId: 'pp-2' })
    given(...paid, duplicateChargeDetected(), duplicate)
      .when(refundPayment(5500))
      .then(operators(5500))
    given(...paid, duplicateChargeDetected(), duplicate)
      .when(refundPayment(5501))
      .thenRefused('refund_exceeds_payment')
  })

  it('in another currency it is refused', () => {
    given(...paid)
      .when(refundPayment(1, 'USD'))
      .thenRefused('refund_exceeds_payment', { left: 5500, currency: 'EUR' })
  })

  it('known by its id: already so, unless it means something else now', () => {
    given(...paid, operators(1500))
      .when(refundPayment(1500))
      .thenNothing()
    given(...paid, operators(1500))
      .when(refundPayment(1501))
      .thenRefused('refund_reused')
    given(...paid, operators(1500))
      .when(refundPayment(1500, 'USD'))
      .thenRefused('refund_reused')
    given(...paid, operators(1500), refundFailed({ refundId: 'r-1' }))
      .when(refundPayment(1500))
      .thenNothing()
  })
})

describe('a refund: RetryRefund', () => {
  everyState(
    { type: 'RetryRefund', orderId, refundId: 'full' },
    {
      none: 'refund_not_found',
      requested: 'refund_not_found',
      failed: 'refund_not_found',
      voided: 'refund_not_found',
      succeeded: 'refund_not_found',
      mismatch: 'refund_not_found',
      'refund requested': [],
      'refund succeeded': [],
      'refund failed': [refundRequested({ attempt: 2 })],
      'refund failed after it succeeded': [refundRequested({ attempt: 2 })],
      'refund failed, its amount given back otherwise': [refundRequested({ attempt: 2, amount: 5499 })],
      'refund requested again': [],
      'refund settled by hand': [],
      'refund withdrawn': [refundRequested({ attempt: 2 })],
    },
  )

  it('of a second charge: it fits what that charge was', () => {
    const refundId = 'duplicate-pp-2'
    const duplicate = refundRequested({ refundId, providerPaymentId: 'pp-2' })
    given(...paid, refundRequested(), duplicateChargeDetected(), duplicate, refundFailed({ refundId }))
      .when({ type: 'RetryRefund', orderId, refundId })
      .then({ ...duplicate, attempt: 2 })
  })
})

describe('a refund: RetryRefund where less is left than it was', () => {
  const retry = (refundId: string): PaymentCommand => ({ type: 'RetryRefund', orderId, refundId })

  it('of what the system asked for by itself: all that is left by now', () => {
    given(...paid, refundRequested(), refundFailed(), externalRefundRecorded())
      .when(retry('full'))
      .then(refundRequested({ attempt: 2, amount: 3500 }))
    given(...paid, refundRequested(), refundFailed(), disputeLost())
      .when(retry('full'))
      .thenRefused('refund_exceeds_payment', { left: 0, currency: 'EUR' })
    given(...paid, externalRefundRecorded(), refundRequested({ amount: 3500 }), refundFailed(), externalRefundFailed())
      .when(retry('full'))
      .then(refundRequested({ attempt: 2 }))
  })

  it('of what an operator asked for: it is refused where it does not fit', () => {
    given(...paid, operators(4000), refundFailed({ refundId: 'r-1' }), externalRefundRecorded())
      .when(retry('r-1'))
      .thenRefused('refund_exceeds_payment', { left: 3500, currency: 'EUR' })
    given(...paid, operators(3500), refundFailed({ refundId: 'r-1' }), externalRefundRecorded())
      .when(retry('r-1'))
      .then({ ...operators(3500), attempt: 2 })
  })
})
