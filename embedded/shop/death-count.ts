/**
 * A process that dies this often within the window is not restarted: something is wrong that a restart does not mend. An event that kills
 * the processors does so five times before it is parked.
 */
const deathsAllowed = 8
const windowMs = 60_000

export const restartDelayMs = 300

/** Counts deaths; answers whether one more restart is due. */
export const createDeathCount = (): { restartIsDue(now: number): boolean } => {
  let deaths: number[] = []
  return {
    restartIsDue(now) {
      deaths = [...deaths.filter((at) => now - at < windowMs), now]
      return deaths.length < deathsAllowed
    },
  }
}
