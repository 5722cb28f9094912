import type { Random } from '../random.ts'
import type { Scheduler } from '../scheduler.ts'
import type { Weather } from '../weather.ts'

/** What the provider does in its own time; soon, once the storm is over. */
export type Later = (what: string, longestMs: number, run: () => void) => void

export const createLater = (scheduler: Scheduler, weather: Weather, random: Random) => {
  let pending = 0
  const later: Later = (what, longestMs, run) => {
    pending += 1
    scheduler.after(random.int(1_000, weather.isStormy() ? longestMs : 2_000), `provider ${what}`, () => {
      pending -= 1
      run()
    })
  }
  return { later, pending: () => pending }
}
