import { inEveryState, specificationOf } from '../../test/specifications/decider.ts'
import { orderId } from '../../test/specifications/order-events.ts'
import {
  disputeLost,
  duplicateChargeDetected,
  externalRefundFailed,
  externalRefundRecorded,
  laterProviderTime,
  paymentFailed,
  paymentMismatchDetected,
  paymentRequested,
  paymentSucceeded,
  paymentVoided,
  providerTime,
  refundFailed,
  refundRequested,
  refundSettledManually,
  refundSucceeded,
  refundWithdrawn,
} from '../../test/specifications/payment-events.ts'
import type { PaymentCommand, RefundOutcome } from './commands.ts'
import { paymentDecider } from './payment.ts'

const { given } = specificationOf(paymentDecider)

const paid = [paymentRequested(), paymentSucceeded()] as const
const everyState = inEveryState(paymentDecider, {
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

const refundPayment = (amount: number, currency = 'EUR', refundId = 'r-1'): PaymentCommand => ({
  type: 'RefundPayment',
  orderId,
  refundId,
  amount,
  currency,
  reason: 'broken',
})
const operators = (amount: number) => refundRequested({ refundId: 'r-1', amount, reason: 'broken' })

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
      'refund requested': [],
      'refund succeeded': [],
      'refund failed': [refundSettledManually()],
      'refund failed after it succeeded': [refundSettledManually()],
      'refund failed, its amount given back otherwise': 'refund_exceeds_payment',
      'refund requested again': [],
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

const outcome = (said: RefundOutcome, attempt = 1): PaymentCommand => ({
  type: 'RecordRefundOutcome',
  orderId,
  refundId: 'full',
  attempt,
  outcome: said,
})
const nobodyKnowsIt = {
  none: 'refund_not_found',
  requested: 'refund_not_found',
  failed: 'refund_not_found',
  voided: 'refund_not_found',
  succeeded: 'refund_not_found',
  mismatch: 'refund_not_found',
} as const

describe('a refund: the provider says succeeded', () => {
  everyState(outcome({ kind: 'succeeded', providerRefundId: 'pr-1', providerTime }), {
    ...nobodyKnowsIt,
    'refund requested': [refundSucceeded()],
    'refund succeeded': [],
    'refund failed': [],
    'refund failed after it succeeded': [],
    'refund failed, its amount given back otherwise': [],
    'refund requested again': [],
    'refund settled by hand': [],
    'refund withdrawn': [],
  })

  it('of the second attempt', () => {
    given(...paid, refundRequested(), refundFailed(), refundRequested({ attempt: 2 }))
      .when(outcome({ kind: 'succeeded', providerRefundId: 'pr-2', providerTime }, 2))
      .then(refundSucceeded({ attempt: 2, providerRefundId: 'pr-2' }))
  })

  it('of an attempt that was never made: nobody knows it', () => {
    given(...paid, refundRequested())
      .when(outcome({ kind: 'succeeded', providerRefundId: 'pr-2' }, 2))
      .thenRefused('refund_not_found')
  })
})

describe('a refund: the provider says failed', () => {
  everyState(outcome({ kind: 'failed', code: 'account_closed', providerTime: laterProviderTime }), {
    ...nobodyKnowsIt,
    'refund requested': [refundFailed({ providerTime: laterProviderTime })],
    'refund succeeded': [refundFailed({ providerTime: laterProviderTime })],
    'refund failed': [],
    'refund failed after it succeeded': [],
    'refund failed, its amount given back otherwise': [],
    'refund requested again': [],
    'refund settled by hand': [],
    'refund withdrawn': [],
  })

  const failedAt = (time?: string): PaymentCommand =>
    outcome({ kind: 'failed', code: 'account_closed', ...(time === undefined ? {} : { providerTime: time }) })

  it("after a success only when the provider's own time is later", () => {
    given(...paid, refundRequested(), refundSucceeded())
      .when(failedAt(providerTime))
      .thenNothing()
    given(...paid, refundRequested(), refundSucceeded())
      .when(failedAt('2026-03-01T11:59:59.999Z'))
      .thenNothing()
    given(...paid, refundRequested(), refundSucceeded())
      .when(failedAt('2026-03-01T12:00:00.001Z'))
      .then(refundFailed({ providerTime: '2026-03-01T12:00:00.001Z' }))
  })

  it('after a success that came without a time: what is told later with a time wins, without one it does not', () => {
    const { providerTime: _, ...success } = refundSucceeded()
    given(...paid, refundRequested(), success)
      .when(failedAt(providerTime))
      .then(refundFailed())
    given(...paid, refundRequested(), success)
      .when(failedAt())
      .thenNothing()
  })
})

describe('a refund: events that cannot apply', () => {
  it('the outcome of an older attempt does not settle the newer one', () => {
    const again = [...paid, refundRequested(), refundFailed(), refundRequested({ attempt: 2 })] as const
    for (const old of [refundSucceeded(), refundFailed()]) {
      given(...again, old)
        .when(outcome({ kind: 'succeeded', providerRefundId: 'pr-1', providerTime }, 2))
        .then(refundSucceeded({ attempt: 2 }))
    }
  })

  it('a refund that has not failed is not begun again', () => {
    given(...paid, refundRequested(), refundSucceeded(), refundRequested({ attempt: 2 }))
      .when(outcome({ kind: 'failed', code: 'account_closed', providerTime: laterProviderTime }))
      .then(refundFailed({ providerTime: laterProviderTime }))
  })
})
