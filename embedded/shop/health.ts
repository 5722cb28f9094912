import { setTimeout as delay } from 'node:timers/promises'

/** Answers once `url` answers 2xx. Rejects with what was last seen when the limit is over or `signal` aborts. */
export const untilHealthy = async (url: string, limitMs: number, signal?: AbortSignal): Promise<void> => {
  const until = Date.now() + limitMs
  let last = 'no answer yet'
  while (Date.now() < until) {
    signal?.throwIfAborted()
    try {
      const answer = await fetch(url, { signal: AbortSignal.timeout(1_000) })
      if (answer.ok) return
      last = `${answer.status} ${(await answer.text()).slice(0, 300)}`
    } catch (error) {
      last = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error)
    }
    await delay(40)
  }
  throw new Error(`${url} is not healthy after ${limitMs} ms: ${last}`)
}
