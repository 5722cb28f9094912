import { firstOnes } from './letters.js'

/** @import { DeadLetter, Page } from '../answers.d.ts' */

/**
 * All that come first of their key, over all pages: what waits behind them follows by itself. Of each only which it is, since there may
 * be many.
 * @param {(cursor: string | undefined) => Promise<Page<DeadLetter>>} read a page from there on
 * @returns {Promise<readonly Pick<DeadLetter, 'group' | 'number'>[]>} oldest first
 */
export const allFirstOnes = async (read) => {
  /** @type {Pick<DeadLetter, 'group' | 'number'>[]} */
  const found = []
  /** @type {string | undefined} */
  let cursor
  do {
    const { items, nextCursor } = await read(cursor)
    for (const { group, number } of firstOnes(items)) found.push({ group, number })
    cursor = nextCursor ?? undefined
  } while (cursor !== undefined)
  return found
}
