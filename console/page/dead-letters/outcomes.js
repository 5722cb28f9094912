/**
 * What became of those that were retried: each is handled, has failed again, or is not known to be either yet.
 * @typedef {{ handled: number, failed: readonly { of: string, why: string }[], open: number }} Outcomes
 * @typedef {{ settled: unknown, lastFailure: string | null }} Looked
 */

/** So that looking is no load of its own, however many they are. */
const mostAtOnce = 10
/** Rounds in which none has come to its end: whoever waits longer sees them in the list. */
const mostIdleRounds = 120

/**
 * Looks at them again and again, until each has come to its end, or none does any more.
 * @template Item
 * @param {readonly Item[]} items
 * @param {object} how
 * @param {(item: Item) => Promise<Looked>} how.look
 * @param {(item: Item) => string} how.nameOf
 * @param {() => Promise<unknown>} how.pause before each round
 * @param {(outcomes: Outcomes) => void} how.told after each round
 * @param {() => boolean} how.stopped asked before each round
 */
export const watchOutcomes = async (items, { look, nameOf, pause, told, stopped }) => {
  /** @type {{ of: string, why: string }[]} */
  const failed = []
  let handled = 0
  let open = [...items]
  for (let idle = 0; open.length > 0 && idle < mostIdleRounds && !stopped();) {
    await pause()
    const looked = await Promise.all(
      open.slice(0, mostAtOnce).map(async (item) => ({
        item,
        // Asked again in its turn.
        now: await look(item).catch(() => undefined),
      })),
    )
    /** @type {Item[]} */
    const still = []
    for (const { item, now } of looked)
      if (now !== undefined && now.settled !== null) handled += 1
      else if (now !== undefined && now.lastFailure !== null) failed.push({ of: nameOf(item), why: now.lastFailure })
      else still.push(item)
    idle = still.length === looked.length ? idle + 1 : 0
    // Those that take long do not keep the others from being seen.
    open = [...open.slice(mostAtOnce), ...still]
    told({ handled, failed: [...failed], open: open.length })
  }
}
