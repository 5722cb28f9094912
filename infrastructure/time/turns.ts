import { monotonicNow } from './monotonic.ts'
import { pause } from './waiting.ts'

/**
 * Resolves when the next call may begin. False, and none is used up, where by then it is not wanted any more: what waits in front of a
 * breaker that has opened leaves.
 */
export type Turn = (isWanted?: () => boolean) => Promise<boolean>

/** So many calls a second, and the first at once, shared by lanes: where more than one waits, they go in turns, so that none has it all. */
export type Turns = {
  lane(): Turn
  /** Takes a turn that nobody has to wait for; false where there is none. */
  takeFree(): boolean
}

type Waiting = { readonly isWanted: () => boolean; readonly go: (taken: boolean) => void }
const always = () => true

export const createTurns = (
  perSecond: number,
  { now, sleep }: { readonly now: () => number; readonly sleep: (milliseconds: number) => Promise<unknown> },
): Turns => {
  const lanes: Waiting[][] = []
  let next = 0
  let serving = false

  const take = (): void => {
    next = Math.max(next, now()) + 1_000 / perSecond
  }
  /** Of the lane that has waited longest for one. */
  const waitsNext = (): Waiting | undefined => {
    const lane = lanes.find((each) => each.length > 0)
    if (lane === undefined) return undefined
    lanes.push(...lanes.splice(lanes.indexOf(lane), 1))
    return lane.shift()
  }
  const someWait = () => lanes.some((lane) => lane.length > 0)
  const giveOne = (): void => {
    for (let waiting = waitsNext(); waiting !== undefined; waiting = waitsNext()) {
      const taken = waiting.isWanted()
      if (taken) take()
      waiting.go(taken)
      if (taken) return
    }
  }
  const serve = async (): Promise<void> => {
    serving = true
    while (someWait()) {
      if (next > now()) await sleep(next - now())
      giveOne()
    }
    serving = false
  }

  return {
    lane: () => {
      const lane: Waiting[] = []
      lanes.push(lane)
      return (isWanted = always) =>
        new Promise((go) => {
          lane.push({ isWanted, go })
          if (!serving) void serve()
        })
    },
    takeFree: () => {
      if (someWait() || next > now()) return false
      take()
      return true
    },
  }
}

/** Nobody waits any more once the signal aborts, and whoever waited looks at that next. */
export const turnsUntil = (signal: AbortSignal, perSecond: number): Turns =>
  createTurns(perSecond, { now: monotonicNow, sleep: (milliseconds) => pause(milliseconds, signal) })
