import { setTimeout as delay } from 'node:timers/promises'

/** Does it again and again, with a pause after each time. What it throws is thrown by `stop`, which ends it. */
export const runEvery = (milliseconds: number, work: () => Promise<void>): { readonly stop: () => Promise<void> } => {
  const stopping = new AbortController()
  const running = (async () => {
    while (!stopping.signal.aborted) {
      await work()
      await delay(milliseconds, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  })()
  // Whoever stops it hears of it.
  running.catch(() => undefined)
  return {
    async stop() {
      stopping.abort()
      await running
    },
  }
}
