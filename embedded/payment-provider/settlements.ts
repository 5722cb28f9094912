type Waiting = {
  timer: NodeJS.Timeout
  work: () => Promise<void>
  done: Promise<void>
  finish: (result: Promise<void>) => void
}

/** Things that come to pass by themselves at a time, and can be waited for. */
export const settlements = () => {
  const waiting = new Map<string, Waiting>()

  const run = (id: string) => {
    const entry = waiting.get(id)
    if (entry === undefined) return
    waiting.delete(id)
    clearTimeout(entry.timer)
    entry.finish(entry.work())
  }

  return {
    at: (id: string, time: string, work: () => Promise<void>) => {
      const { promise: done, resolve: finish } = Promise.withResolvers<void>()
      const timer = setTimeout(
        () => {
          run(id)
        },
        Math.max(0, Date.parse(time) - Date.now()),
      )
      waiting.set(id, { timer, work, done, finish })
    },
    /** Lets it come to pass before its time; its work finds out whether there is still anything to do. */
    now: run,
    /** Resolves when it has come to pass; at once for what is not awaited. */
    done: async (id: string) => {
      await waiting.get(id)?.done
    },
    close: () => {
      for (const { timer } of waiting.values()) clearTimeout(timer)
      waiting.clear()
    },
  }
}
