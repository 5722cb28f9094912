import type { Scheduler } from './scheduler.ts'
import type { Faults } from './surroundings.ts'

/** What people do, one thing after another; people do not crash. */
export type Scripts = {
  start(script: () => Promise<void>): void
  pause(milliseconds: number): Promise<void>
  running(): number
}

export const createScripts = (scheduler: Scheduler, faults: Faults): Scripts => {
  let running = 0
  return {
    start(script) {
      running += 1
      script().then(
        () => {
          running -= 1
        },
        (error: unknown) => {
          running -= 1
          faults.unexpected('a script', error)
        },
      )
    },
    pause: (milliseconds) =>
      new Promise((resolve) => {
        scheduler.after(milliseconds, 'somebody has waited', resolve)
      }),
    running: () => running,
  }
}
