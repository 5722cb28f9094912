import { expect } from 'chai'
import { happened, order, payment } from './order-of-tests.ts'
import { moneyOf } from './order-money.js'

const eur = (amount: number) => ({ amount, currency: 'EUR' })
const asked = happened('payment', 'PaymentRequested', 1, eur(2000))
const refund = (type: string, second: number, refundId: string, data = {}) =>
  happened('payment', type, second, { refundId, ...data })

describe('the money of an order', () => {
  it('is what is asked for before it has come', () => {
    const money = moneyOf(order(), [asked])
    expect([money.asked, money.captured, money.left]).to.deep.equal([eur(2000), undefined, eur(0)])
    expect(moneyOf(order(), []).asked).to.equal(undefined)
    expect(money.open).to.deep.equal(eur(2000))
    for (const over of [
      order({ status: 'rejected' }),
      order({ payment: payment('succeeded', { captured: eur(2000) }) }),
    ])
      expect(moneyOf(over, []).open).to.equal(undefined)
  })

  it('is what was captured, less what has gone back, what the bank has taken, and what is on its way back', () => {
    const paid = order({
      status: 'confirmed',
      payment: payment('succeeded', { captured: eur(2000), refunded: eur(300), chargedBack: eur(200) }),
    })
    const events = [
      asked,
      refund('RefundRequested', 2, 'a', eur(300)),
      refund('RefundSucceeded', 3, 'a', eur(300)),
      refund('RefundRequested', 4, 'b', eur(500)),
      refund('RefundRequested', 5, 'c', eur(100)),
      refund('RefundFailed', 6, 'c', { code: 'declined' }),
    ]
    const money = moneyOf(paid, events)
    expect(money.underWay).to.deep.equal(eur(500))
    expect(money.left).to.deep.equal(eur(1000))
    expect(money.chargedBack).to.deep.equal(eur(200))
    expect(money.refunds.map(({ refundId, amount, state }) => [refundId, amount.amount, state])).to.deep.equal([
      ['a', 300, 'given back'],
      ['b', 500, 'under way'],
      ['c', 100, 'failed'],
    ])
  })

  it('a refund that is withdrawn leaves its money here', () => {
    const paid = order({ status: 'confirmed', payment: payment('succeeded', { captured: eur(2000) }) })
    const events = [
      refund('RefundRequested', 1, 'a', eur(2000)),
      refund('RefundWithdrawn', 2, 'a', { note: 'mistaken' }),
    ]
    const money = moneyOf(paid, events)
    expect([money.left, money.underWay, money.refunds[0]?.state]).to.deep.equal([eur(2000), eur(0), 'withdrawn'])
  })

  it('a refund that is tried again is under way again', () => {
    const paid = order({ payment: payment('succeeded', { captured: eur(2000) }) })
    const events = ['RefundRequested', 'RefundFailed', 'RefundRequested'].map((type, at) =>
      refund(type, at, 'full', eur(2000)),
    )
    expect(moneyOf(paid, events).left).to.deep.equal(eur(0))
  })
})
