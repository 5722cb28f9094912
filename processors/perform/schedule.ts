import { jittered } from '../../infrastructure/time/back-off.ts'

/** When to look again: after the n-th claim, jittered so that what went wrong together does not come back together. */
export type Schedule = (claimCount: number, from: Date) => Date

/** Each delay once, then the last for ever; up to a fifth is added. */
export const schedule = (delaysMs: readonly number[], random: () => number): Schedule => {
  const last = delaysMs.at(-1)
  if (last === undefined) throw new Error('a schedule needs at least one delay')
  return (claimCount, from) => {
    const delay = delaysMs[Math.max(0, claimCount - 1)] ?? last
    return new Date(from.getTime() + jittered(delay, delay * 1.2, random))
  }
}
