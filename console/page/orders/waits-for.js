import { eventWords } from '../words.js'

/** @import { DeadLetter, Deadline, Happened, Order } from '../answers.d.ts' */

/**
 * @typedef {object} Wait
 * @property {'nothing' | 'shop' | 'customer' | 'provider' | 'operator'} who
 * @property {string} what one sentence
 * @property {string | undefined} [until] RFC 3339: what ends the waiting by itself
 * @property {string | undefined} [then] what happens then
 * @property {Pick<DeadLetter, 'group' | 'number'> | undefined} [letter] where it is decided
 */

/** @type {Readonly<Record<string, string>>} */
const attention = {
  payment_mismatch: 'another amount was taken than the order costs',
  duplicate_charge: 'it was paid twice, and the second payment has not come back yet',
  refund_failed: 'a refund has failed, and its money is still here',
  payment_disputed: 'the customer’s bank asks for the money back',
  dispute_lost: 'the customer’s bank has taken the money back, and the order is not cancelled',
  money_kept: 'the order is closed, and money that had gone back has come to the shop again',
}

/**
 * What an order waits for now. The first that holds: what a person has to do comes before what goes on by itself.
 * @param {Order} order
 * @param {readonly DeadLetter[]} letters those of the order that are not settled
 * @param {readonly Happened[]} events
 * @param {Deadline} [deadline] where it is known
 * @returns {Wait}
 */
export const waitOf = (order, letters, events, deadline) => {
  // Whoever has to do something before that has so long.
  const ends = order.status === 'placed' ? end(order, deadline) : {}
  const first = letters.find(({ settled, waitsFor }) => settled === null && waitsFor === null)
  if (first !== undefined)
    return {
      who: 'operator',
      what: `The ${first.group} service could not handle “${first.event === null ? 'an event that is gone' : eventWords(first.event.type)}”. It waits for you to retry it or to discard it.`,
      letter: { group: first.group, number: first.number },
      ...ends,
    }
  const looked = order.attention?.[0]
  if (looked !== undefined)
    return { who: 'operator', what: `Somebody has to look at its money: ${attention[looked] ?? looked}.`, ...ends }
  const refunds = openRefunds(events)
  switch (order.status) {
    case 'placed':
      return { ...placed(order), ...ends }
    case 'confirmed':
      return order.payment.dispute === 'open' || order.payment.dispute === 'lost'
        ? { who: 'provider', what: 'Its payment is disputed: it must not be shipped before the dispute is won.' }
        : { who: 'operator', what: 'Paid and reserved. It waits to be shipped.' }
    case 'shipped':
      return { who: 'operator', what: 'It is on its way. It waits to be delivered.' }
    default:
      return refunds > 0
        ? { who: 'provider', what: 'Money is being given back: the payment provider has not answered yet.' }
        : { who: 'nothing', what: 'Nothing more happens to it by itself.' }
  }
}

/** @param {Order} order @returns {Wait} */
const placed = ({ payment, fulfilment }) => {
  if (payment.status === 'action_required')
    return { who: 'customer', what: 'The customer has to confirm the payment with their bank.' }
  if (payment.status === 'unknown')
    return { who: 'provider', what: 'The payment provider has not said what became of the payment: it is asked again.' }
  if (payment.status === 'requested')
    return { who: 'provider', what: 'The payment provider has been asked for the money.' }
  if (payment.status === 'succeeded')
    return { who: 'shop', what: 'The money is there. The order is about to be confirmed.' }
  if (payment.status === 'failed')
    return { who: 'shop', what: 'The payment has failed. The order is about to be rejected.' }
  if (fulfilment === 'reserved')
    return { who: 'shop', what: 'Its stock is reserved. The payment is about to be asked for.' }
  return { who: 'shop', what: 'Its stock is about to be reserved.' }
}

/** @param {Order} order @param {Deadline | undefined} deadline */
const end = ({ placedAt, delayed, payment }, deadline) => {
  if (deadline === undefined) return {}
  const { confirmWithinSeconds, actionGraceSeconds, latestSeconds } = deadline
  const usual = confirmWithinSeconds + (payment.status === 'action_required' ? actionGraceSeconds : 0)
  const seconds = delayed === true ? latestSeconds : Math.min(usual, latestSeconds)
  return {
    until: new Date(Date.parse(placedAt) + seconds * 1_000).toISOString(),
    then: 'If it is not paid by then, it is cancelled, and its stock is given back.',
  }
}

/** @param {readonly Happened[]} events */
const openRefunds = (events) => {
  /** @type {Set<unknown>} */
  const open = new Set()
  for (const { type, data } of events) {
    if (type === 'RefundRequested') open.add(data['refundId'])
    if (['RefundSucceeded', 'RefundFailed', 'RefundSettledManually', 'RefundWithdrawn'].includes(type))
      open.delete(data['refundId'])
  }
  return open.size
}
