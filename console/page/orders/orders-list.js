/** @import { Order } from '../answers.d.ts' */

/**
 * The list with an order as it is now: in its place where it stands there, else where its age belongs, newest first. What no longer has
 * room falls off the end.
 * @param {readonly Order[]} items
 * @param {Order} changed
 * @param {{ limit: number, first: boolean }} page `first`: nothing newer stands before it
 * @returns {readonly Order[]}
 */
export const withOrder = (items, changed, { limit, first }) => {
  const at = items.findIndex(({ orderId }) => orderId === changed.orderId)
  if (at >= 0) return items.with(at, changed)
  const place = items.findIndex(({ placedAt }) => placedAt < changed.placedAt)
  if (place === 0 && !first) return items
  // Beyond the last one it is on a later page, unless there is none.
  if (place < 0) return items.length < limit ? [...items, changed] : items
  return items.toSpliced(place, 0, changed).slice(0, limit)
}

/** @param {readonly Order[]} items @param {string} orderId @returns {readonly Order[]} */
export const withoutOrder = (items, orderId) => items.filter((one) => one.orderId !== orderId)
