import { setTimeout as wait } from 'node:timers/promises'
import { RequestFailed, type DeadLettersClient } from './client.ts'
import type { DeadLetter } from './dead-letter.ts'

export type Place = { readonly group: string; readonly number: string }

/** `deadLetter` where it was looked at again, `refused` where the processors said no; neither: still under way when the limit was over. */
export type Result = Place & { readonly settled: boolean; readonly deadLetter?: DeadLetter; readonly refused?: string }

export type Timing = { readonly settleLimitMs: number; readonly everyMs: number }

const usual: Timing = { settleLimitMs: 30_000, everyMs: 200 }

/** What is decided about one of them. */
export type Decide = (place: Place) => Promise<Result>

export const retrying =
  (client: DeadLettersClient, { settleLimitMs, everyMs }: Timing = usual): Decide =>
  async (place) => {
    const { group, number } = place
    await client.retry(group, number)
    for (const began = performance.now(); performance.now() - began < settleLimitMs; await wait(everyMs)) {
      const { data: _, metadata: __, ...deadLetter } = await client.show(group, number)
      if (deadLetter.settled !== null || deadLetter.lastFailure !== null)
        return { ...place, settled: deadLetter.settled !== null, deadLetter }
    }
    return { ...place, settled: false }
  }

export const discarding =
  (client: DeadLettersClient, why: string): Decide =>
  async (place) => {
    await client.discard(place.group, place.number, why)
    return { ...place, settled: true }
  }

/** Its turn may come when another one of its key is settled. */
const waitsBehind = 'waits_behind'

/**
 * One after the other. One that the processors refuse (its event is gone, say) does not keep those behind it from having their turn; one
 * that waits behind another of them is asked for once more when something has been settled. Each begins `apartMs` after the one before has
 * ended.
 * @throws RequestFailed when the processors cannot be asked at all
 */
export async function* decideEach(places: readonly Place[], decide: Decide, apartMs = 0): AsyncGenerator<Result> {
  let left = places
  let isFirst = true
  for (let settledOne = true; left.length > 0;) {
    const waiting: (readonly [Place, Result])[] = []
    settledOne = false
    for (const place of left) {
      if (!isFirst && apartMs > 0) await wait(apartMs)
      isFirst = false
      try {
        const result = await decide(place)
        settledOne ||= result.settled
        yield result
      } catch (error) {
        if (!(error instanceof RequestFailed) || error.code === undefined) throw error
        const refused = { ...place, settled: false, refused: `${error.message} (${error.code})` }
        if (error.code === waitsBehind) waiting.push([place, refused])
        else yield refused
      }
    }
    if (!settledOne) {
      for (const [, refused] of waiting) yield refused
      return
    }
    left = waiting.map(([place]) => place)
  }
}
