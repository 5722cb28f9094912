import type { LettersOfGroup } from './letters-of-group.ts'
import type { Resolution, Resolutions } from './resolutions.ts'

export type Asked = {
  /** Just found in the parked stream. */
  readonly found: readonly bigint[]
  readonly standing: Pick<LettersOfGroup, 'numbers' | 'oldest'>
  readonly now: Date
}

/**
 * What was decided about a group's letters since it was last asked for, and about those found by now. All of it has to be heeded: it does
 * not come again. @throws StoreUnavailable, and then the next one answers for this one too
 */
export type NewDecisions = (asked: Asked) => Promise<ReadonlyMap<bigint, Resolution>>

/** So often all letters are looked up, in milliseconds: a database that was put back has no marks of what it no longer knows. */
const everythingEveryMs = 300_000
/** Numbers in one question: what stands in any number must not make an answer too late. */
const most = 2_000

/** What each look costs goes by what has changed, and not by how many letters stand. */
export const createNewDecisions = (
  resolutions: Pick<Resolutions, 'changed'>,
  group: string,
  { mostAtOnce = most }: { readonly mostAtOnce?: number } = {},
): NewDecisions => {
  let since: string | undefined
  let everythingAt = -Infinity

  return async ({ found, standing, now }) => {
    // Then there is nothing to ask for, and whatever is found next is asked for by its number.
    if (found.length === 0 && standing.oldest() === undefined) {
      since = undefined
      return new Map()
    }
    const isEverything = since === undefined || now.getTime() - everythingAt >= everythingEveryMs
    const numbers = isEverything ? [...standing.numbers(), ...found] : found
    const decided = await resolutions.changed(group, { numbers: numbers.slice(0, mostAtOnce), since })
    const all = new Map(decided.resolutions)
    for (let asked = mostAtOnce; asked < numbers.length; asked += mostAtOnce) {
      const more = await resolutions.changed(group, { numbers: numbers.slice(asked, asked + mostAtOnce) })
      for (const [number, resolution] of more.resolutions) all.set(number, resolution)
    }
    // Of the first answer: what is written while the others are asked for comes once more.
    since = decided.mark
    if (isEverything) everythingAt = now.getTime()
    return all
  }
}
