import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import { RequestFailed } from './client.ts'
import { waitsBehindCode } from './letter.ts'
import type { Decide, Place, Result } from './retrying.ts'

/** `behind`: it was refused because that one has its turn first, all others of their key waiting behind it too. */
type Answer = { readonly result: Result; readonly behind?: string }

const factsOfWaiting = z.object({ group: z.string(), number: z.number() })
const nameOf = ({ group, number }: { readonly group: string; readonly number: string | number }) => `${group} ${number}`
/** Of processors that do not say behind which one: never a name. */
const somebody = ''

/** @throws RequestFailed when the processors cannot be asked at all */
const answerOf = async (place: Place, decide: Decide): Promise<Answer> => {
  try {
    return { result: await decide(place) }
  } catch (error) {
    if (!(error instanceof RequestFailed) || error.code === undefined) throw error
    const result = { ...place, settled: false, refused: `${error.message} (${error.code})` }
    if (error.code !== waitsBehindCode) return { result }
    const { data: first } = factsOfWaiting.safeParse(error.facts)
    return { result, behind: first === undefined ? somebody : nameOf(first) }
  }
}

/**
 * One after the other. One that the processors refuse (its event is gone, say) does not keep those behind it from having their turn; one
 * that waits behind another of them has that one decided first. What waits behind something else is asked for once more at the end, should
 * anything have been settled: one of a key for all, for as long as that helps. So each is asked for a few times at most, however many are
 * of one key and in whatever order they were parked. Each begins `apartMs` after the one before has ended.
 * @throws RequestFailed when the processors cannot be asked at all
 */
export async function* decideEach(places: readonly Place[], decide: Decide, apartMs = 0): AsyncGenerator<Result> {
  /** Not begun with. */
  const left = new Map(places.map((place) => [nameOf(place), place]))
  let isFirst = true
  let settledOne = false

  const ask = async (place: Place): Promise<Answer> => {
    if (!isFirst && apartMs > 0) await wait(apartMs)
    isFirst = false
    const answer = await answerOf(place, decide)
    settledOne ||= answer.result.settled
    return answer
  }

  /** It, and before it what it waits behind. What waits behind something that is not decided here is answered as that. */
  async function* inTurn(place: Place): AsyncGenerator<readonly [Place, Answer]> {
    const path: Place[] = []
    for (let next: Place | undefined = place; next !== undefined;) {
      if (left.delete(nameOf(next))) path.push(next)
      const answer = await ask(next)
      const before = answer.behind === undefined ? undefined : left.get(answer.behind)
      if (before === undefined) {
        path.pop()
        yield [next, answer]
      }
      next = before ?? path.at(-1)
    }
  }

  const waiting = new Map<string, Map<Place, Result>>()
  for (const place of places) {
    if (!left.has(nameOf(place))) continue
    for await (const [decided, { result, behind }] of inTurn(place)) {
      if (behind === undefined) yield result
      else waiting.set(behind, (waiting.get(behind) ?? new Map<Place, Result>()).set(decided, result))
    }
  }

  for (const [first, ofKey] of waiting) {
    for (const place of ofKey.keys()) left.set(nameOf(place), place)
    let isStuck = !settledOne
    for (const [place, refused] of ofKey) {
      if (!left.has(nameOf(place))) continue
      if (isStuck) yield refused
      else
        for await (const [, { result, behind }] of inTurn(place)) {
          yield result
          isStuck = behind === first && first !== somebody
        }
    }
  }
}
