import { expect } from 'chai'
import type { PaymentCase } from '../payment-case.ts'
import type { Scene } from '../scene.ts'

const paid = ['PaymentRequested 2000', 'PaymentSucceeded 2000'] as const
const bought = async (order: Scene): Promise<void> => {
  await order.place()
  await order.until('OrderConfirmed')
}
/** One that succeeds, and fails when the bank has looked. */
const failsLater = async (order: Scene, name: string, amount: number): Promise<void> => {
  await order.operator.refund(name, amount)
  await order.until('RefundSucceeded')
  order.settleRefunds()
  await order.until('RefundFailed')
}
const failedLater = (amount: number) =>
  [`RefundRequested a/1 ${amount}`, `RefundSucceeded a/1 ${amount}`, 'RefundFailed a/1 expired_card'] as const

export const refunds: readonly PaymentCase[] = [
  {
    says: 'is given back in part, once for each id, and never more than there is',
    card: 'pm_card_visa',
    dies: [{ call: 'create refund' }],
    webhooksLate: 'refund',
    async play(order) {
      await order.place()
      await order.until('PaymentRequested')
      await order.until('OrderConfirmed')
      const { operator } = order
      expect(await operator.retry('nobody knows')).to.equal('refund_not_found')
      expect(await operator.settle('nobody knows')).to.equal('refund_not_found')
      expect(await operator.withdraw('nobody knows')).to.equal('refund_not_found')
      expect(await operator.refund('too much', 2_001)).to.equal('refund_exceeds_payment')
      expect(await operator.refund('a', 500)).to.equal('accepted')
      expect(await operator.refund('the rest and more', 1_501)).to.equal('refund_exceeds_payment')
      await order.until('RefundSucceeded')
      expect(await operator.refund('a', 500)).to.equal('accepted')
      expect(await operator.refund('a', 501)).to.equal('refund_reused')
      expect(await operator.retry('a')).to.equal('accepted')
      expect(await operator.settle('a')).to.equal('refund_not_failed')
      expect(await operator.withdraw('a')).to.equal('refund_not_failed')
    },
    stream: [...paid, 'RefundRequested a/1 500', 'RefundSucceeded a/1 500'],
    ends: 'confirmed',
  },
  {
    says: 'is given back by line',
    card: 'pm_card_visa',
    dies: [],
    async play(order) {
      await bought(order)
      const tea = (quantity: number) => [{ sku: 'ROW-TEA', quantity }]
      expect(await order.operator.refundLines('a', tea(3))).to.equal('refund_exceeds_line')
      expect(await order.operator.refundLines('a', tea(1))).to.equal('accepted')
      await order.until('RefundSucceeded')
      expect(await order.operator.refundLines('a', tea(1))).to.equal('accepted')
      expect(await order.operator.refundLines('a', tea(2))).to.equal('refund_reused')
      expect(await order.operator.refundLines('b', tea(2))).to.equal('refund_exceeds_line')
    },
    stream: [...paid, 'RefundRequested a/1 600', 'RefundSucceeded a/1 600'],
    ends: 'confirmed',
  },
  {
    says: 'is given back, which takes its time',
    card: 'pm_card_pendingRefund',
    dies: [{ call: 'create refund' }],
    webhooksLate: 'refund',
    async play(order) {
      await bought(order)
      await order.operator.refund('a', 500)
      await order.refundIsThere()
      order.settleRefunds()
    },
    stream: [...paid, 'RefundRequested a/1 500', 'RefundSucceeded a/1 500'],
    ends: 'confirmed',
  },
  {
    says: 'is given back, of which the webhook tells before the call is answered',
    card: 'pm_card_visa',
    dies: [],
    async play(order) {
      const call = order.held('create refund', 'performed')
      await bought(order)
      await order.operator.refund('a', 500)
      const held = await call
      await order.until('RefundSucceeded')
      await held.goOn()
      order.saw('RecordRefundOutcome succeeded: nothing')
    },
    stream: [...paid, 'RefundRequested a/1 500', 'RefundSucceeded a/1 500'],
    ends: 'confirmed',
  },
  {
    says: 'is not given back, of which the webhook tells before the look-up is answered',
    card: 'pm_card_pendingRefund',
    dies: [],
    async play(order) {
      const call = order.held('list refunds', 'arrived')
      await bought(order)
      await order.operator.refund('a', 500)
      const held = await call
      order.failRefunds()
      await order.until('RefundFailed')
      await held.goOn()
      order.saw('RecordRefundOutcome failed: nothing')
    },
    stream: [...paid, 'RefundRequested a/1 500', 'RefundFailed a/1 refund_declined'],
    ends: 'confirmed',
  },
  {
    says: 'is given back, and the answer is lost',
    card: 'pm_card_visa',
    dies: [],
    webhooksLate: 'refund',
    async play(order) {
      const call = order.held('create refund', 'performed')
      await bought(order)
      await order.operator.refund('a', 500)
      ;(await call).cut()
    },
    stream: [...paid, 'RefundRequested a/1 500', 'RefundSucceeded a/1 500'],
    ends: 'confirmed',
  },
  {
    says: 'cannot be given back while it is disputed, and is when that is won',
    card: 'pm_card_visa',
    dies: [{ call: 'create refund', number: 2 }],
    webhooksLate: 'refund',
    async play(order) {
      await bought(order)
      order.dispute('needs_response')
      await order.until('DisputeOpened')
      await order.operator.refund('a', 500)
      await order.until('RefundFailed')
      order.dispute('won')
      await order.until('DisputeWon')
      expect(await order.operator.retry('a')).to.equal('accepted')
    },
    stream: [
      ...paid,
      'DisputeOpened 2000',
      'RefundRequested a/1 500',
      'RefundFailed a/1 charge_disputed',
      'DisputeWon 2000',
      'RefundRequested a/2 500',
      'RefundSucceeded a/2 500',
    ],
    ends: 'confirmed',
  },
  {
    says: 'comes back after it was given back, and is settled by hand',
    card: 'pm_card_refundFail',
    dies: [],
    async play(order) {
      await bought(order)
      await failsLater(order, 'a', 500)
      order.tellOfRefundAgain()
      expect(await order.operator.settle('a')).to.equal('accepted')
      await order.until('RefundSettledManually')
      expect(await order.operator.settle('a')).to.equal('accepted')
      expect(await order.operator.retry('a')).to.equal('accepted')
      expect(await order.operator.withdraw('a')).to.equal('refund_not_failed')
    },
    stream: [...paid, ...failedLater(500), 'RefundSettledManually a'],
    ends: 'confirmed',
  },
  {
    says: 'comes back after it was given back, is not owed any more, and then is',
    card: 'pm_card_refundFail',
    dies: [{ call: 'create refund', number: 3 }],
    async play(order) {
      const { operator } = order
      await bought(order)
      await failsLater(order, 'a', 1_600)
      expect(await operator.refund('b', 500)).to.equal('accepted')
      await order.until('RefundSucceeded', 2)
      expect(await operator.retry('a')).to.equal('refund_exceeds_payment')
      expect(await operator.settle('a')).to.equal('refund_exceeds_payment')
      order.settleRefunds()
      await order.until('RefundFailed', 2)
      expect(await operator.withdraw('a')).to.equal('accepted')
      await order.until('RefundWithdrawn')
      expect(await operator.withdraw('a')).to.equal('accepted')
      expect(await operator.retry('a')).to.equal('accepted')
      await order.until('RefundSucceeded', 3)
      expect(await operator.withdraw('b')).to.equal('accepted')
      await order.until('RefundWithdrawn', 2)
    },
    stream: [
      ...paid,
      ...failedLater(1_600),
      'RefundRequested b/1 500',
      'RefundSucceeded b/1 500',
      'RefundFailed b/1 expired_card',
      'RefundWithdrawn a',
      'RefundRequested a/2 1600',
      'RefundSucceeded a/2 1600',
      'RefundWithdrawn b',
    ],
    ends: 'confirmed',
  },
  {
    says: 'is not owed any more, and is then settled by hand',
    card: 'pm_card_pendingRefund',
    dies: [],
    async play(order) {
      await bought(order)
      await order.operator.refund('a', 500)
      await order.refundIsThere()
      order.failRefunds()
      await order.until('RefundFailed')
      await order.operator.withdraw('a')
      await order.until('RefundWithdrawn')
      expect(await order.operator.settle('a')).to.equal('accepted')
    },
    stream: [
      ...paid,
      'RefundRequested a/1 500',
      'RefundFailed a/1 refund_declined',
      'RefundWithdrawn a',
      'RefundSettledManually a',
    ],
    ends: 'confirmed',
  },
  {
    says: 'goes back another way when the refund of a closed order fails',
    card: 'pm_card_pendingRefund',
    dies: [{ call: 'create refund', number: 2 }],
    webhooksLate: 'refund',
    async play(order) {
      await bought(order)
      await order.operator.refund('a', 2_000)
      await order.refundIsThere()
      await order.cancel()
      await order.until('OrderCancelled')
      order.failRefunds()
      await order.until('RefundRequested', 2)
      await order.refundIsThere(2)
      order.settleRefunds()
    },
    stream: [
      ...paid,
      'RefundRequested a/1 2000',
      'RefundFailed a/1 refund_declined',
      'RefundRequested full/1 2000',
      'RefundSucceeded full/1 2000',
    ],
    ends: 'cancelled',
  },
]
