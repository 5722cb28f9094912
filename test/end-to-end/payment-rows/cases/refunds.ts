import { expect } from 'chai'
import type { PaymentCase } from '../payment-case.ts'
import { bought, paid } from './bought.ts'

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
]
