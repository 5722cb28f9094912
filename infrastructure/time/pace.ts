import { monotonicNow } from './monotonic.ts'
import { pause } from './waiting.ts'

/** Resolves when the next call may begin: not more than so many a second, and the first at once. */
export type Pace = () => Promise<void>

export const createPace = (
  perSecond: number,
  { now, sleep }: { readonly now: () => number; readonly sleep: (milliseconds: number) => Promise<unknown> },
): Pace => {
  let next = 0
  return async () => {
    const at = Math.max(next, now())
    next = at + 1_000 / perSecond
    if (at > now()) await sleep(at - now())
  }
}

/** Nobody waits any more once the signal aborts, and whoever waited looks at that next. */
export const paceUntil = (signal: AbortSignal, perSecond: number): Pace =>
  createPace(perSecond, { now: monotonicNow, sleep: (milliseconds) => pause(milliseconds, signal) })
