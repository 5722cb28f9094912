import { specificationOf } from '../../test/specifications/decider.ts'
import { orderId } from '../../test/specifications/order-events.ts'
import {
  disputeLost,
  disputeOpened,
  disputeWon,
  duplicateChargeDetected,
  externalRefundRecorded,
  paymentRequested,
  paymentSucceeded,
  providerTime,
  refundRequested,
} from '../../test/specifications/payment-events.ts'
import type { PaymentCommand, ToldDispute } from './commands.ts'
import { paymentDecider } from './payment.ts'

const { given } = specificationOf(paymentDecider)

const paid = [paymentRequested(), paymentSucceeded()] as const
const refundPayment = (amount: number): PaymentCommand => ({
  type: 'RefundPayment',
  orderId,
  refundId: 'r-1',
  amount,
  currency: 'EUR',
  reason: 'broken',
})
const voidOrRefund: PaymentCommand = { type: 'VoidOrRefund', orderId, reason: 'order_cancelled' }

describe('a dispute', () => {
  const dispute = { providerDisputeId: 'dp-1', providerPaymentId: 'pp-1', amount: 5500, currency: 'EUR' }
  const say = (kind: ToldDispute['outcome']['kind'], paymentIdSaid?: string): PaymentCommand => ({
    type: 'RecordDispute',
    orderId,
    paymentId: paymentIdSaid,
    dispute,
    outcome: { kind, providerTime },
  })

  it('is written down as it comes to its end, however that is told of', () => {
    given(...paid)
      .when(say('opened'))
      .then(disputeOpened())
    for (const before of [[], [disputeOpened()]]) {
      given(...paid, ...before)
        .when(say('won'))
        .then(disputeWon())
      given(...paid, ...before)
        .when(say('lost'))
        .then(disputeLost())
    }
    given(...paid, disputeLost())
      .when(say('opened'))
      .thenNothing()
    given(...paid, disputeLost())
      .when(say('won'))
      .then(disputeWon())
    given(...paid, disputeWon())
      .when(say('lost'))
      .thenNothing()
    given(...paid, disputeWon())
      .when(say('opened'))
      .thenNothing()
  })

  it('says when its charge had not been told of', () => {
    given(paymentRequested())
      .when(say('opened'))
      .then(disputeOpened({ beforeCharge: true }))
  })

  it('says when it is about a charge beyond the one that pays for the order', () => {
    const ofDuplicate = { ...dispute, providerPaymentId: 'pp-2' }
    // Also where the dispute is told of before that charge.
    for (const history of [[...paid, duplicateChargeDetected()], paid])
      given(...history)
        .when({
          type: 'RecordDispute',
          orderId,
          paymentId: undefined,
          dispute: ofDuplicate,
          outcome: { kind: 'opened', providerTime },
        })
        .then(disputeOpened({ providerPaymentId: 'pp-2', ofDuplicate: true }))
  })

  it('is one of several', () => {
    given(...paid, disputeWon({ providerDisputeId: 'dp-0' }))
      .when(say('opened'))
      .then(disputeOpened())
  })

  it('of money that was never asked for is refused', () => {
    given().when(say('opened')).thenRefused('payment_not_found')
  })

  it('counts in what is left once it is lost, until it is won', () => {
    given(...paid, disputeOpened({ amount: 2000 }))
      .when(voidOrRefund)
      .then(refundRequested())
    given(...paid, disputeLost({ amount: 2000 }))
      .when(voidOrRefund)
      .then(refundRequested({ amount: 3500 }))
    given(...paid, disputeLost())
      .when(refundPayment(1))
      .thenRefused('refund_exceeds_payment', { left: 0, currency: 'EUR' })
    given(...paid, disputeLost({ amount: 2000 }), disputeWon({ amount: 2000 }))
      .when(voidOrRefund)
      .then(refundRequested())
    given(...paid, disputeLost({ amount: 4000 }), externalRefundRecorded({ amount: 4000 }))
      .when(voidOrRefund)
      .thenNothing()
  })
})
