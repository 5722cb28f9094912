import { setTimeout as sleep } from 'node:timers/promises'
import { StoreUnavailable } from '../event-store/port.ts'
import { isPassingDatabaseFault } from '../postgres/errors.ts'

/** A store is away, or was for a moment: wait, and try again from what is stored. */
export const isPassingFault = (error: unknown): boolean => error instanceof StoreUnavailable || isPassingDatabaseFault(error)

/** 100 ms, doubled with each attempt (the first is 0) up to 5 s, of which a random half. */
export const retryDelayMs = (attempt: number): number => {
  const full = Math.min(5_000, 100 * 2 ** Math.min(attempt, 10))
  return full / 2 + (Math.random() * full) / 2
}

export const waitUnlessAborted = async (ms: number, signal: AbortSignal): Promise<void> => {
  if (signal.aborted) return
  // Only the abort can break this sleep; whoever waits looks at the signal next.
  await sleep(ms, undefined, { signal }).catch(() => undefined)
}
