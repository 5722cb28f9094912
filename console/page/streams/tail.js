/** @import { StreamEvent } from '../answers.d.ts' */

/**
 * Newest first, with one that has just come. What is there already is not there twice.
 * @param {readonly StreamEvent[]} items
 * @param {StreamEvent} event
 * @param {number} limit what more there is falls off the end
 * @returns {readonly StreamEvent[]}
 */
export const withNewest = (items, event, limit) =>
  items.some(({ cursor }) => cursor === event.cursor) ? items : [event, ...items].slice(0, limit)
