/**
 * @typedef {{ done: number, of: number, refused: readonly { of: string, why: string }[], over: boolean }} Progress
 */

/**
 * One after another, so that a shop that has just been mended is not flooded; goes on behind one that is refused.
 * @template Item
 * @param {readonly Item[]} items
 * @param {object} how
 * @param {(item: Item) => Promise<unknown>} how.decide
 * @param {(item: Item) => string} how.nameOf
 * @param {(error: unknown) => string} how.wordsOf
 * @param {(progress: Progress) => void} how.told after each
 * @param {() => boolean} how.stopped asked before each
 * @returns {Promise<Progress>}
 */
export const decideAll = async (items, { decide, nameOf, wordsOf, told, stopped }) => {
  /** @type {{ of: string, why: string }[]} */
  const refused = []
  let done = 0
  /** @param {boolean} over @returns {Progress} */
  const progress = (over) => ({ done, of: items.length, refused: [...refused], over })
  told(progress(false))
  for (const item of items) {
    if (stopped()) break
    try {
      await decide(item)
    } catch (error) {
      refused.push({ of: nameOf(item), why: wordsOf(error) })
    }
    done += 1
    told(progress(false))
  }
  const last = progress(true)
  told(last)
  return last
}
