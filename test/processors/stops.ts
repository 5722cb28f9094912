export class Crash extends Error {
  override readonly name = 'Crash'
}

export type Stops = {
  /** What the store has been asked for: `read order-…`, `append …`, and `appended …` when it is about to answer. */
  readonly steps: string[]
  /** To be called at each step. @throws Crash */
  step(step: string): Promise<void>
  /** Stops `work` at the store's n-th step from here, or at the first of these, and at each after it. False when it came to its end. */
  stoppedAt(where: number | ((step: string) => boolean), work: () => Promise<unknown>): Promise<boolean>
}

/** A store that stops whoever asks it, from some step on. `idle` waits for what nobody waits for. */
export const createStops = (idle: () => Promise<void>): Stops => {
  let stops: (step: string) => boolean = () => false
  let crashed = false
  const steps: string[] = []
  return {
    steps,
    async step(step) {
      steps.push(step)
      if (!stops(step)) return
      crashed = true
      throw new Crash()
    },
    async stoppedAt(where, work) {
      let seen = 0
      let stopped = false
      stops = (step) => (stopped ||= typeof where === 'number' ? seen++ === where : where(step))
      crashed = false
      try {
        await work()
      } catch (error) {
        if (!(error instanceof Crash)) throw error
      } finally {
        await idle()
        stops = () => false
      }
      // Also when it was what nobody waits for that came to nothing.
      return crashed
    },
  }
}
