import { pause } from '../time/waiting.ts'
import type { ReadinessCheck } from './health.ts'

export type HeartbeatOptions = {
  /** Whom readiness speaks of. */
  readonly name: string
  /** Why the process cannot serve by it; undefined when it can. A throw is a reason, by its message. Has to end by itself. */
  readonly ask: () => Promise<string | undefined>
  /** In milliseconds, between a good answer and the next question. */
  readonly everyMs?: number
  /** The same after one by which the process cannot serve: somebody waits for it to be over. */
  readonly againMs?: number
  /** An answer that is older, in milliseconds, is none any more. */
  readonly limitMs?: number
  readonly now?: () => number
}

export type Heartbeat = {
  readonly check: ReadinessCheck
  /** How old the last answer is. */
  age(): string
  close(): void
}

const secondsOf = (milliseconds: number): string => `${(milliseconds / 1_000).toFixed(1)} s`

/**
 * Asks again and again, one question at a time, whoever wants to know and however often: readiness answers from what was heard last,
 * so that nobody can have a store asked by asking for that.
 */
export const startHeartbeat = (options: HeartbeatOptions): Heartbeat => {
  const { name, ask, everyMs = 2_000, againMs = 250, limitMs = 6_000, now = () => performance.now() } = options
  const closing = new AbortController()
  let heard: { readonly at: number; readonly reason: string | undefined } | undefined
  const began = now()

  const beat = async () => {
    while (!closing.signal.aborted) {
      const reason = await ask().catch((error: unknown) => (error instanceof Error ? error.message : String(error)))
      heard = { at: now(), reason }
      await pause(reason === undefined ? everyMs : againMs, closing.signal)
    }
  }
  void beat()

  return {
    check: {
      name,
      check: () => {
        const silentMs = now() - (heard?.at ?? began)
        if (silentMs > limitMs) return `has not answered for ${secondsOf(silentMs)}`
        return heard === undefined ? 'has not answered yet' : heard.reason
      },
    },
    age: () => (heard === undefined ? 'not asked yet' : `asked ${secondsOf(now() - heard.at)} ago`),
    close: () => {
      closing.abort()
    },
  }
}
