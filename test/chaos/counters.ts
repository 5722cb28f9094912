import { setTimeout as delay } from 'node:timers/promises'
import { metricsOf } from '../../bench/metrics.ts'

export type Counters = {
  /** Over all processes and all their lives, as far as they were seen. */
  total(name: string): number
  /** Looks at a process that was not there. */
  missed(): number
  /** Looks that came to nothing for any other reason, each once. */
  failures(): readonly string[]
  stop(): Promise<void>
}

const usuallyEveryMs = 250

/** Refused, or cut off while it answered: as a connection to a process that was killed ends. */
const endings: ReadonlySet<unknown> = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'])

const isNotThere = (error: unknown): boolean => {
  const cause = error instanceof Error ? error.cause : undefined
  return cause instanceof Error && 'code' in cause && endings.has(cause.code)
}

/** Adds up counters of processes that are killed in between: one that has become smaller has begun anew. */
export const watchCounters = (
  urls: readonly string[],
  names: readonly string[],
  everyMs = usuallyEveryMs,
): Counters => {
  const totals = new Map<string, number>()
  const before = new Map<string, number>()
  const failures = new Set<string>()
  let missed = 0
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
  const lookOrNote = async (url: string): Promise<void> => {
    try {
      await look(url)
    } catch (error) {
      // Who is down now is asked again.
      if (isNotThere(error)) missed += 1
      else failures.add(`a look at ${url}/metrics: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  const watching = (async () => {
    while (!isOver) {
      await Promise.all(urls.map(lookOrNote))
      // Looked at again and again: counters of a process are gone with it.
      await delay(everyMs)
    }
  })()

  return {
    total: (name) => totals.get(name) ?? 0,
    missed: () => missed,
    failures: () => [...failures],
    async stop() {
      isOver = true
      await watching
    },
  }
}
