/** A process that dies this often within the window is not restarted: something is wrong that a restart does not mend. */
const deathsAllowed = 5
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
