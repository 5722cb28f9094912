import type { PaymentCase } from '../payment-case.ts'
import { bought, paid } from './bought.ts'

/** What moves without us. */
export const outsideMoney: readonly PaymentCase[] = [
  {
    says: 'is given back in the dashboard',
    card: 'pm_card_visa',
    dies: [{ call: 'retrieve payment' }],
    async play(order) {
      await bought(order)
      order.refundInDashboard(500)
    },
    stream: [...paid, 'ExternalRefundRecorded 500'],
    ends: 'confirmed',
  },
  {
    says: 'is given back in part in the dashboard, and the rest of it when its order is cancelled',
    card: 'pm_card_visa',
    dies: [{ call: 'create refund' }],
    async play(order) {
      await bought(order)
      order.refundInDashboard(500)
      await order.until('ExternalRefundRecorded')
      await order.cancel()
    },
    stream: [...paid, 'ExternalRefundRecorded 500', 'RefundRequested full/1 1500', 'RefundSucceeded full/1 1500'],
    ends: 'cancelled',
  },
  {
    says: 'is given back in the dashboard before anybody here has heard of the charge',
    card: 'pm_card_visa',
    dies: [],
    async play(order) {
      const call = order.held('create payment', 'performed')
      const goOn = order.holdBack(({ type }) => type.startsWith('payment_intent.'))
      await order.place()
      const held = await call
      order.refundInDashboard(500)
      await order.until('ExternalRefundRecorded')
      await held.goOn()
      goOn()
    },
    stream: ['PaymentRequested 2000', 'ExternalRefundRecorded 500', 'PaymentSucceeded 2000'],
    ends: 'confirmed',
  },
  {
    says: 'is given back in the dashboard, and comes back',
    card: 'pm_card_refundFail',
    dies: [],
    async play(order) {
      await bought(order)
      order.refundInDashboard(500)
      await order.until('ExternalRefundRecorded')
      order.settleRefunds()
      await order.until('ExternalRefundFailed')
      order.tellOfRefundAgain()
    },
    stream: [...paid, 'ExternalRefundRecorded 500', 'ExternalRefundFailed 500 expired_card'],
    ends: 'confirmed',
  },
  {
    says: 'is given back in the dashboard, and comes back, which is told of first',
    card: 'pm_card_refundFail',
    dies: [],
    async play(order) {
      await bought(order)
      const goOn = order.holdBack(({ type }) => type === 'refund.created')
      order.refundInDashboard(500)
      order.settleRefunds()
      await order.until('ExternalRefundFailed')
      goOn()
    },
    stream: [...paid, 'ExternalRefundFailed 500 expired_card'],
    ends: 'confirmed',
  },
  {
    says: 'goes back once more when what the dashboard gave back of a closed order has come back',
    card: 'pm_card_refundFail',
    dies: [{ call: 'create refund' }],
    async play(order) {
      await bought(order)
      order.refundInDashboard(2_000)
      await order.until('ExternalRefundRecorded')
      await order.cancel()
      await order.until('OrderCancelled')
      order.settleRefunds()
    },
    stream: [
      ...paid,
      'ExternalRefundRecorded 2000',
      'ExternalRefundFailed 2000 expired_card',
      'RefundRequested full/1 2000',
      'RefundSucceeded full/1 2000',
    ],
    ends: 'cancelled',
  },
  {
    says: 'is disputed, and the dispute is won',
    card: 'pm_card_visa',
    dies: [{ call: 'retrieve payment' }],
    async play(order) {
      await bought(order)
      order.dispute('needs_response')
      await order.until('ShipmentHeld')
      order.dispute('won')
      await order.until('ShipmentReleased')
      order.dispute('won')
    },
    stream: [...paid, 'DisputeOpened 2000', 'DisputeWon 2000'],
    ends: 'confirmed',
  },
  {
    says: 'is disputed and lost, won after all, and goes back, the order being closed by then',
    card: 'pm_card_visa',
    dies: [{ call: 'create refund' }],
    async play(order) {
      await bought(order)
      order.dispute('needs_response')
      await order.until('DisputeOpened')
      order.dispute('lost')
      await order.until('DisputeLost')
      await order.cancel()
      await order.until('OrderCancelled')
      order.dispute('won')
    },
    stream: [
      ...paid,
      'DisputeOpened 2000',
      'DisputeLost 2000',
      'DisputeWon 2000',
      'RefundRequested full/1 2000',
      'RefundSucceeded full/1 2000',
    ],
    ends: 'cancelled',
  },
  {
    says: 'is disputed and lost, of which alone is told in time',
    card: 'pm_card_visa',
    dies: [],
    async play(order) {
      await bought(order)
      const goOn = order.holdBack((event) => order.disputeIn(event) === 'needs_response')
      order.dispute('needs_response')
      order.dispute('lost')
      await order.until('DisputeLost')
      goOn()
    },
    stream: [...paid, 'DisputeLost 2000'],
    ends: 'confirmed',
  },
  {
    says: 'is disputed and lost, and won, of which the last is told first',
    card: 'pm_card_visa',
    dies: [],
    async play(order) {
      await bought(order)
      const goOn = order.holdBack((event) => order.disputeIn(event) !== 'won')
      for (const status of ['needs_response', 'lost', 'won'] as const) order.dispute(status)
      await order.until('DisputeWon')
      goOn()
    },
    stream: [...paid, 'DisputeWon 2000'],
    ends: 'confirmed',
  },
  {
    says: 'is told of without how much it is, and is put before an operator',
    card: 'pm_card_visa',
    dies: [],
    async play(order) {
      await bought(order)
      order.tellTooLittle()
      await order.operator.discard('provider_outcome_incomplete')
    },
    stream: paid,
    ends: 'confirmed',
  },
]
