import { expect } from 'chai'
import type { PaymentCase } from '../payment-case.ts'
import type { Scene } from '../scene.ts'
import { bought, paid } from './bought.ts'

/** One that succeeds, and fails when the bank has looked. */
const failsLater = async (order: Scene, name: string, amount: number): Promise<void> => {
  await order.operator.refund(name, amount)
  await order.until('RefundSucceeded')
  order.settleRefunds()
  await order.until('RefundFailed')
}
const failedLater = (amount: number) =>
  [`RefundRequested a/1 ${amount}`, `RefundSucceeded a/1 ${amount}`, 'RefundFailed a/1 expired_card'] as const

/** A refund that fails, also when it had succeeded, and what is done about it by hand. */
export const failedRefunds: readonly PaymentCase[] = [
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
