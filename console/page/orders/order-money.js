/** @import { Happened, Money, Order } from '../answers.d.ts' */

/**
 * @typedef {'under way' | 'given back' | 'failed' | 'settled by hand' | 'withdrawn'} RefundState
 * @typedef {{ refundId: string, amount: Money, state: RefundState, at: string }} Refund
 * @typedef {object} OrderMoney
 * @property {Money | undefined} asked
 * @property {Money | undefined} captured
 * @property {Money | undefined} open what is still to be paid; only while it is waited for
 * @property {Money} refunded
 * @property {Money | undefined} chargedBack only where there is some
 * @property {Money} underWay asked back, without an answer yet
 * @property {Money} left what can still be given back
 * @property {readonly Refund[]} refunds newest last
 */

/** @type {Readonly<Record<string, RefundState>>} */
const states = {
  RefundRequested: 'under way',
  RefundSucceeded: 'given back',
  RefundFailed: 'failed',
  RefundSettledManually: 'settled by hand',
  RefundWithdrawn: 'withdrawn',
}

/**
 * @param {readonly Happened[]} events
 * @returns {readonly Refund[]}
 */
const refundsIn = (events) => {
  /** @type {Map<string, Refund>} */
  const refunds = new Map()
  for (const { type, data, at } of events) {
    const refundId = data['refundId']
    const state = states[type]
    if (state === undefined || typeof refundId !== 'string') continue
    const before = refunds.get(refundId)
    const amount = isMoney(data) ? { amount: data.amount, currency: data.currency } : before?.amount
    if (amount !== undefined) refunds.set(refundId, { refundId, amount, state, at })
  }
  return [...refunds.values()]
}

/** @param {unknown} data @returns {data is Money} */
const isMoney = (data) => {
  const { amount, currency } = /** @type {Partial<Money>} */ (data ?? {})
  return typeof amount === 'number' && typeof currency === 'string'
}

/**
 * Where the money of an order is. The order says what is certain, its events what is under way.
 * @param {Order} order
 * @param {readonly Happened[]} events
 * @returns {OrderMoney}
 */
export const moneyOf = ({ status, total, payment }, events) => {
  const refunds = refundsIn(events)
  const asked = events.findLast(({ type, data }) => type === 'PaymentRequested' && isMoney(data))?.data
  const { captured, refunded, chargedBack } = payment
  const underWay = refunds.filter(({ state }) => state === 'under way').reduce((sum, one) => sum + one.amount.amount, 0)
  const { currency } = captured ?? total
  const left = (captured?.amount ?? 0) - refunded.amount - chargedBack.amount - underWay
  return {
    asked: isMoney(asked) ? { amount: asked.amount, currency: asked.currency } : undefined,
    captured,
    open: status === 'placed' && captured === undefined ? total : undefined,
    refunded,
    chargedBack: chargedBack.amount === 0 ? undefined : chargedBack,
    underWay: { amount: underWay, currency },
    left: { amount: Math.max(0, left), currency },
    refunds,
  }
}
