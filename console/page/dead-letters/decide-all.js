/**
 * `ended`: why nothing more was tried, though nobody had stopped it.
 * @typedef {{ done: number, of: number, refused: readonly { of: string, why: string }[], over: boolean, ended?: string }} Progress
 */

/** How often in a row one is tried that passes, before all is given up. */
const mostTries = 5

/**
 * @template Item
 * @typedef {object} How
 * @property {(item: Item) => Promise<unknown>} decide
 * @property {(item: Item) => string} nameOf
 * @property {(error: unknown) => string} wordsOf
 * @property {(error: unknown) => boolean} passes whether it is no word about this one: whoever answers is away, or wants a pause
 * @property {(error: unknown) => Promise<void>} pause before the same is tried again
 * @property {() => Promise<void>} apart before each but the first
 * @property {(progress: Progress) => void} told after each
 * @property {() => boolean} stopped asked before each
 */

/**
 * One after another and at their pace, so that a shop that has just been mended is not flooded; goes on behind one that is refused, and
 * ends where nobody answers any more.
 * @template Item
 * @param {readonly Item[]} items
 * @param {How<Item>} how
 * @returns {Promise<Progress>}
 */
export const decideAll = async (items, { decide, nameOf, wordsOf, passes, pause, apart, told, stopped }) => {
  /** @type {{ of: string, why: string }[]} */
  const refused = []
  /** @type {string | undefined} */
  let ended
  let done = 0
  /** @param {boolean} over @returns {Progress} */
  const progress = (over) => ({
    done,
    of: items.length,
    refused: [...refused],
    over,
    ...(ended === undefined ? {} : { ended }),
  })
  /** @param {Item} item @param {number} tries */
  const decideOne = async (item, tries = 1) => {
    try {
      await decide(item)
    } catch (error) {
      if (!passes(error)) return void refused.push({ of: nameOf(item), why: wordsOf(error) })
      if (tries < mostTries && !stopped()) {
        await pause(error)
        return decideOne(item, tries + 1)
      }
      ended = wordsOf(error)
    }
  }
  told(progress(false))
  for (const item of items) {
    if (done > 0 && !stopped()) await apart()
    if (stopped()) break
    await decideOne(item)
    if (ended !== undefined) break
    done += 1
    told(progress(false))
  }
  const last = progress(true)
  told(last)
  return last
}
