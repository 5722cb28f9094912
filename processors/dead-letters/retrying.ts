import { setTimeout as wait } from 'node:timers/promises'
import type { DeadLettersClient } from './client.ts'
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
