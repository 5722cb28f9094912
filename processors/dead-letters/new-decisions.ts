import type { LettersOfGroup } from './letters-of-group.ts'
import type { Resolutions } from './resolutions.ts'
import type { Changes, ChangesAsked, Resolution } from './resolution.ts'

export type Asked = {
  /** Just found in the parked stream. */
  readonly found: readonly bigint[]
  readonly standing: Pick<LettersOfGroup, 'numbers' | 'oldest' | 'has'>
  readonly now: Date
}

/**
 * What was decided about a group's letters since it was last asked for, and about those found by now. All of it has to be heeded: it does
 * not come again. @throws StoreUnavailable, and then the next one answers for this one too
 */
export type NewDecisions = (asked: Asked) => Promise<ReadonlyMap<bigint, Resolution>>

/** So often all letters are looked up, in milliseconds: a database that was put back has no marks of what it no longer knows. */
const everythingEveryMs = 300_000
/** Numbers in one question, and changes in one answer: what is there in any number must not make an answer too late. */
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
    const justFound = new Set(found)
    const all = new Map<bigint, Resolution>()
    const heed = (changes: Changes): Changes => {
      for (const [number, resolution] of changes.resolutions)
        if (justFound.has(number) || standing.has(number)) all.set(number, resolution)
      return changes
    }
    const ask = async (asked: number, part: Pick<ChangesAsked, 'since' | 'after'>) =>
      heed(
        await resolutions.changed(group, {
          numbers: numbers.slice(asked, asked + mostAtOnce),
          most: mostAtOnce,
          ...part,
        }),
      )
    const first = await ask(0, { since })
    let { more } = first
    for (let asked = mostAtOnce; asked < numbers.length || more !== undefined; asked += mostAtOnce)
      more = (await ask(asked, more === undefined ? {} : { since, after: more })).more
    // Of the first answer: what is written while the others are asked for comes once more.
    since = first.mark
    if (isEverything) everythingAt = now.getTime()
    return all
  }
}
