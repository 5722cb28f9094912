/** Who runs side by side, and who runs with nothing beside it. One for a whole process: what is killed is the process. */
export type RunningAlone = {
  /** Runs at once, unless somebody runs alone or waits for it. */
  beside<Result>(work: () => Promise<Result>): Promise<Result>
  /** Waits until nothing runs; meanwhile nothing else begins. One after another, in the order in which they came. */
  alone<Result>(work: () => Promise<Result>): Promise<Result>
}

export const createRunningAlone = (): RunningAlone => {
  let beside = 0
  /** Running alone, or waiting for that. */
  let wanted = 0
  let last: Promise<unknown> = Promise.resolve()
  let tellQuiet = () => {
    /* nobody waits for that */
  }

  const quiet = async (): Promise<void> => {
    while (beside > 0)
      await new Promise<void>((resolve) => {
        tellQuiet = resolve
      })
  }

  return {
    async beside(work) {
      while (wanted > 0) await last
      beside += 1
      try {
        return await work()
      } finally {
        beside -= 1
        if (beside === 0) tellQuiet()
      }
    },

    alone(work) {
      wanted += 1
      const before = last
      const own = (async () => {
        await before
        await quiet()
        return work()
      })()
      // Whoever waits is told of the end, and not of an error, which is the caller's.
      const end = () => {
        wanted -= 1
      }
      last = own.then(end, end)
      return own
    },
  }
}
