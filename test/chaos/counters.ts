import { metricsOf } from '../../bench/metrics.ts'

export type Counters = {
  /** Over all processes and all their lives, as far as they were seen. */
  total(name: string): number
  stop(): Promise<void>
}

const everyMs = 250

/** Adds up counters of processes that are killed in between: one that has become smaller has begun anew. */
export const watchCounters = (urls: readonly string[], names: readonly string[]): Counters => {
  const totals = new Map<string, number>()
  const before = new Map<string, number>()
  let isOver = false

  const look = async (url: string): Promise<void> => {
    const metrics = await metricsOf(url)
    for (const name of names) {
      const now = metrics(name)
      const last = before.get(`${url} ${name}`) ?? 0
      totals.set(name, (totals.get(name) ?? 0) + (now < last ? now : now - last))
      before.set(`${url} ${name}`, now)
    }
  }
  const watching = (async () => {
    while (!isOver) {
      // Who is down now is asked again.
      await Promise.all(urls.map((url) => look(url).catch(() => undefined)))
      // Looked at again and again: counters of a process are gone with it.
      await new Promise((resolve) => setTimeout(resolve, everyMs))
    }
  })()

  return {
    total: (name) => totals.get(name) ?? 0,
    async stop() {
      isOver = true
      await watching
    },
  }
}
