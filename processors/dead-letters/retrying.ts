import { setTimeout as wait } from 'node:timers/promises'
import { RequestFailed, type DeadLettersClient } from './client.ts'
import type { DeadLetter } from './dead-letter.ts'

export type Place = { readonly group: string; readonly number: string }

/** `deadLetter` where it was looked at again, `refused` where the processors would not retry it; neither: still under way when the limit was over. */
export type Retried = Place & { readonly settled: boolean; readonly deadLetter?: DeadLetter; readonly refused?: string }

export type RetryTiming = { readonly settleLimitMs: number; readonly everyMs: number }

const usual: RetryTiming = { settleLimitMs: 30_000, everyMs: 200 }

const retryOne = async (
  client: DeadLettersClient,
  place: Place,
  { settleLimitMs, everyMs }: RetryTiming,
): Promise<Retried> => {
  const { group, number } = place
  await client.retry(group, number)
  for (const began = performance.now(); performance.now() - began < settleLimitMs; await wait(everyMs)) {
    const { data: _, metadata: __, ...deadLetter } = await client.show(group, number)
    if (deadLetter.settled !== null || deadLetter.lastFailure !== null)
      return { ...place, settled: deadLetter.settled !== null, deadLetter }
  }
  return { ...place, settled: false }
}

/**
 * One after the other: dead letters of one key belong in the order in which they were parked. One that the processors refuse (its event is
 * gone, say) does not keep those behind it from being retried. @throws RequestFailed when the processors cannot be asked at all
 */
export async function* retryEach(
  client: DeadLettersClient,
  places: readonly Place[],
  timing: RetryTiming = usual,
): AsyncGenerator<Retried> {
  for (const place of places) {
    try {
      yield await retryOne(client, place, timing)
    } catch (error) {
      if (!(error instanceof RequestFailed) || error.code === undefined) throw error
      yield { ...place, settled: false, refused: `${error.message} (${error.code})` }
    }
  }
}
