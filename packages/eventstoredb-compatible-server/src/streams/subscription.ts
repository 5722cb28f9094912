import { setImmediate as nextTurn } from 'node:timers/promises'
import { CallEnded, type ResponseStream } from '../grpc/response-stream.ts'
import type { Log, StoredRecord } from '../log/types.ts'
import { caughtUp } from './read-responses.ts'

/** What a kind of subscription knows: where it is, and what to answer for what it meets. */
export type SubscriptionSource = {
  /**
   * Reads the next page of history and moves on. Undefined when nothing is left: from there on live records follow without a gap.
   * Throws when the subscription is over.
   */
  nextPage(): readonly Buffer[] | undefined
  /** Answers due when history has ended, before the client is told so. */
  endOfHistory(): readonly Buffer[]
  /** Answers for a live record, and moves on; nothing for one that is not for this subscription or was given out before. */
  live(record: StoredRecord): readonly Buffer[]
  /** Asked after live answers were sent: an error that ends the subscription. */
  ended(): Error | undefined
}

/** Milliseconds after which others come first, also when no event passes and nothing is waited for. */
const LONGEST_TURN = 5

/** How many live answers may wait for a slow client, and how many bytes. Past that the subscription reads the log again from where it is. */
const LIVE_BUFFER = 32
const LIVE_BUFFER_BYTES = 8 * 1_048_576

/**
 * A catch-up subscription: history by pages, `caught_up`, then live records as they come on disk. It listens before history ends, so
 * nothing falls between. A client too slow for the live phase falls back to history, silently, and is told again when it has caught up.
 * Ends only by an error: the client's going, or the source's end.
 */
export const runSubscription = async (
  log: Log,
  source: SubscriptionSource,
  responses: ResponseStream<Buffer>,
): Promise<never> => {
  for (;;) {
    let turnBegan = performance.now()
    for (let page = source.nextPage(); page !== undefined; page = source.nextPage()) {
      for (const message of page) if (!responses.push(message)) await responses.room()
      if (performance.now() - turnBegan < LONGEST_TURN) continue
      await nextTurn()
      turnBegan = performance.now()
      if (responses.ended.aborted) throw new CallEnded()
    }
    // No await from the empty page to the first listening: what came before was read, what comes after is heard.
    await follow(log, source, responses)
  }
}

/** The live phase. Resolves when the client was too slow and history has to be read again. */
const follow = async (log: Log, source: SubscriptionSource, responses: ResponseStream<Buffer>): Promise<void> => {
  const waiting: Buffer[] = []
  let overflow = false
  let wake = (): void => undefined
  const stopListening = log.onCommitted((records) => {
    if (overflow) return
    if (
      waiting.length >= LIVE_BUFFER ||
      waiting.reduce((bytes, { length }) => bytes + length, 0) >= LIVE_BUFFER_BYTES
    ) {
      overflow = true
      return
    }
    // The bound is looked at between commits: one commit may be larger than the buffer without the client being slow.
    for (const record of records) waiting.push(...source.live(record))
    wake()
  })
  const wakeUp = (): void => wake()
  responses.ended.addEventListener('abort', wakeUp)
  try {
    for (const message of source.endOfHistory()) await responses.send(message)
    await responses.send(caughtUp())
    for (;;) {
      for (let message = waiting.shift(); message !== undefined; message = waiting.shift())
        await responses.send(message)
      if (responses.ended.aborted) throw new CallEnded()
      const end = source.ended()
      if (end !== undefined) throw end
      if (overflow) return
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  } finally {
    responses.ended.removeEventListener('abort', wakeUp)
    stopListening()
  }
}
