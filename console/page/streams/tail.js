/** @import { StreamEvent } from '../answers.d.ts' */

/**
 * Newest first, with one that has just come. What is there already is not there twice, and what is older than all of it not at all.
 * @param {readonly StreamEvent[]} items
 * @param {StreamEvent} event
 * @param {number} limit what more there is falls off the end
 * @returns {readonly StreamEvent[]}
 */
export const withNewest = (items, event, limit) => {
  const [newest] = items
  return newest === undefined || isAfter(event.cursor, newest.cursor) ? [event, ...items].slice(0, limit) : items
}

/** Places are numbers of any length, or positions of one. @param {string} one @param {string} other */
const isAfter = (one, other) => (one.length === other.length ? one > other : one.length > other.length)
