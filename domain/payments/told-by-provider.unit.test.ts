import { specificationOf } from '../../test/specifications/decider.ts'
import { orderId, paymentId } from '../../test/specifications/order-events.ts'
import {
  duplicateChargeDetected,
  externalRefundFailed,
  externalRefundRecorded,
  laterProviderTime,
  paymentRequested,
  paymentSucceeded,
  paymentVoided,
  providerTime,
  refundFailed,
  refundRequested,
  refundSucceeded,
} from '../../test/specifications/payment-events.ts'
import type { PaymentCommand } from './commands.ts'
import { paymentDecider } from './payment.ts'
import { everyState, failed, paid, pr9, told } from '../../test/specifications/told-refunds.ts'

const { given } = specificationOf(paymentDecider)

const refundPayment = (amount: number): PaymentCommand => ({
  type: 'RefundPayment',
  orderId,
  refundId: 'r-1',
  amount,
  currency: 'EUR',
  reason: 'broken',
})
const voidOrRefund: PaymentCommand = { type: 'VoidOrRefund', orderId, reason: 'order_cancelled' }

describe('money that the provider gave back without us', () => {
  const recorded = [externalRefundRecorded()]
  const early = [externalRefundRecorded({ beforeCharge: true })]
  const wherever = {
    none: 'payment_not_found',
    requested: early,
    failed: early,
    'voided, never requested': early,
    'voided, request open': early,
    succeeded: recorded,
    mismatch: recorded,
    'refund requested': recorded,
    'refund succeeded': recorded,
    'recorded before': [],
    'failed before': [],
    'recorded, then failed': [],
  } as const

  describe('names no refund', () => {
    everyState(told(), wherever)
  })
  describe('names a refund that nobody knows', () => {
    everyState(told({ claim: { refundId: 'somebody-elses', attempt: 1 }, paymentId }), wherever)
  })
  describe('fails', () => {
    const reversed = [externalRefundFailed({ providerTime: laterProviderTime })]
    const early = [externalRefundFailed({ providerTime: laterProviderTime, beforeCharge: true })]
    everyState(told({ outcome: failed }), {
      none: 'payment_not_found',
      requested: early,
      failed: early,
      'voided, never requested': early,
      'voided, request open': early,
      succeeded: reversed,
      mismatch: reversed,
      'refund requested': reversed,
      'refund succeeded': reversed,
      'recorded before': reversed,
      'failed before': [],
      'recorded, then failed': [],
    })
  })

  it('names an attempt of ours that there has not been', () => {
    given(...paid, refundRequested(), refundFailed())
      .when(told({ claim: { refundId: 'full', attempt: 2 } }))
      .then(externalRefundRecorded())
  })

  it('names an attempt of ours that the provider made another refund of', () => {
    given(...paid, refundRequested({ amount: 2000 }), refundSucceeded({ amount: 2000 }))
      .when(told({ claim: { refundId: 'full', attempt: 1 } }))
      .then(externalRefundRecorded())
  })

  it('is of the charge that the order keeps where the provider does not say', () => {
    const unnamed = told({ refund: { ...pr9, providerPaymentId: undefined } })
    given(...paid, duplicateChargeDetected())
      .when(unnamed)
      .then(externalRefundRecorded())
    given(paymentRequested()).when(unnamed).thenRefused('provider_outcome_incomplete')
  })

  it('without saying how much it is refused: it belongs in front of an operator', () => {
    given(...paid)
      .when(told({ claim: { refundId: 'r-7', attempt: 1 }, refund: undefined }))
      .thenRefused('provider_outcome_incomplete')
  })

  it('counts in what is left', () => {
    const back = [...paid, externalRefundRecorded()]
    given(...back)
      .when(voidOrRefund)
      .then(refundRequested({ amount: 3500 }))
    given(...back)
      .when(refundPayment(3500))
      .then(refundRequested({ refundId: 'r-1', amount: 3500, reason: 'broken' }))
    given(...back)
      .when(refundPayment(3501))
      .thenRefused('refund_exceeds_payment', { left: 3500, currency: 'EUR' })
    given(...paid, externalRefundRecorded({ amount: 5500 }))
      .when(voidOrRefund)
      .thenNothing()
    given(...back, externalRefundFailed())
      .when(voidOrRefund)
      .then(refundRequested())
    given(...paid, externalRefundFailed(), externalRefundRecorded())
      .when(voidOrRefund)
      .then(refundRequested())
    given(...paid, externalRefundRecorded({ providerPaymentId: 'pp-2' }))
      .when(voidOrRefund)
      .then(refundRequested())
  })

  it('counts in what is left of money that is told of after it', () => {
    const succeeded = (providerPaymentId: string): PaymentCommand => ({
      type: 'RecordPaymentOutcome',
      orderId,
      paymentId,
      outcome: { kind: 'succeeded', providerPaymentId, amount: 5500, currency: 'EUR' },
    })
    given(paymentRequested(), externalRefundRecorded(), paymentVoided())
      .when(succeeded('pp-1'))
      .then(paymentSucceeded(), refundRequested({ amount: 3500 }))
    given(paymentRequested(), externalRefundRecorded(), paymentSucceeded())
      .when(voidOrRefund)
      .then(refundRequested({ amount: 3500 }))
    given(...paid, externalRefundRecorded({ providerPaymentId: 'pp-2' }))
      .when(succeeded('pp-2'))
      .then(
        duplicateChargeDetected(),
        refundRequested({
          refundId: 'duplicate-pp-2',
          providerPaymentId: 'pp-2',
          amount: 3500,
          reason: 'duplicate_charge',
        }),
      )
  })
})

describe('a refund of ours that the provider tells of', () => {
  const claim = { refundId: 'full', attempt: 1 }
  const pr1 = { ...pr9, providerRefundId: 'pr-1', amount: 5500 }
  const succeeded = { kind: 'succeeded', providerRefundId: 'pr-1', providerTime } as const

  it('is the outcome of that attempt', () => {
    given(...paid, refundRequested())
      .when(told({ claim, refund: pr1, outcome: succeeded }))
      .then(refundSucceeded())
    given(...paid, refundRequested())
      .when(told({ claim, refund: undefined, outcome: failed }))
      .then(refundFailed({ providerTime: laterProviderTime }))
  })

  it('is known by what the provider calls it, also after another attempt', () => {
    const done = [...paid, refundRequested(), refundSucceeded()]
    given(...done)
      .when(told({ refund: pr1, outcome: succeeded }))
      .thenNothing()
    given(...done)
      .when(told({ refund: pr1, outcome: failed }))
      .then(refundFailed({ providerTime: laterProviderTime }))
    given(...done, refundFailed({ providerTime: laterProviderTime }), refundRequested({ attempt: 2 }))
      .when(told({ refund: pr1, outcome: succeeded }))
      .thenNothing()
  })

  it('is counted once where it was taken for one that is not', () => {
    const mistaken = [
      ...paid,
      refundRequested({ refundId: 'r-1', amount: 2000 }),
      externalRefundRecorded({ providerRefundId: 'pr-1' }),
    ]
    given(...mistaken)
      .when(voidOrRefund)
      .then(refundRequested({ amount: 1500 }))
    given(...mistaken, refundSucceeded({ refundId: 'r-1', amount: 2000 }))
      .when(voidOrRefund)
      .then(refundRequested({ amount: 3500 }))
  })
})
