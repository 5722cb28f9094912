import type { Random } from './random.ts'

export const outages = ['event store', 'database', 'payment provider'] as const
export type Outside = (typeof outages)[number] | 'mail server' | 'SMS provider'

/** Whether it is down at this moment, for everybody. */
export type Outage = (what: Outside) => boolean

export const noOutage: Outage = () => false

const minutes = 60_000

/** Down for five minutes while people order, beginning within the first two. `noticed` is called for everybody who finds it so. */
export const fiveMinutesWithout = (
  down: Outside,
  { now, random, noticed }: { readonly now: () => number; readonly random: Random; readonly noticed: () => void },
): Outage => {
  const from = now() + random.int(10_000, 2 * minutes)
  return (what) => {
    const isDown = what === down && now() >= from && now() < from + 5 * minutes
    if (isDown) noticed()
    return isDown
  }
}
