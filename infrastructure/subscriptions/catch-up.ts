import { StoreUnavailable, type AllSubscriber } from '../event-store/port.ts'
import type { Position } from '../event-store/position.ts'
import { createMessageBuffer, type Batch } from './message-buffer.ts'
import { backoffMs, restUnlessAborted, type Backoff } from './waiting.ts'

export type { Batch } from './message-buffer.ts'

export type CatchUpOptions = {
  readonly store: AllSubscriber
  readonly after: Position | 'start'
  readonly streamPrefixes: readonly string[]
  /** Events in a batch; as many again are read ahead while the consumer is busy. */
  readonly maxBatch: number
  /** How long a batch that is not full may wait for more. 0: whatever is there goes at once. */
  readonly maxLingerMs: number
  /** How often the store says how far it has looked; see `AllSubscriber`. */
  readonly windowsBetweenCheckpoints?: number
  readonly signal: AbortSignal
  readonly resubscribe?: Backoff
  readonly random?: () => number
  /** The subscription has ended, and is made anew in so many milliseconds. */
  readonly onDropped?: (error: unknown, inMs: number) => void
}

/**
 * All events in streams with one of the prefixes, in batches, for as long as they are asked for and `signal` has not aborted. A
 * subscription that drops is made anew, for ever, from where it was; no event is left out and none comes twice.
 * @throws what the store refuses for good, after what had come before
 */
export async function* batches(options: CatchUpOptions): AsyncGenerator<Batch, void, undefined> {
  const { maxBatch, maxLingerMs } = options
  const buffer = createMessageBuffer(options.after)
  const reading = new AbortController()
  const signal = AbortSignal.any([options.signal, reading.signal])
  let wakeReader = () => { /* it is not waiting */ }
  let wakeConsumer = () => { /* it is not waiting */ }
  let broken: { readonly error: unknown } | undefined

  const roomToRead = async () => {
    while (buffer.events() >= 2 * maxBatch && !signal.aborted) await new Promise<void>((resolve) => { wakeReader = resolve })
  }

  const readOnce = async () => {
    const { store, streamPrefixes, windowsBetweenCheckpoints } = options
    const from = { after: buffer.lastPosition() ?? 'start', streamPrefixes, windowsBetweenCheckpoints, signal } as const
    for await (const message of store.subscribeToAll(from)) {
      buffer.put(message)
      wakeConsumer()
      await roomToRead()
    }
  }

  const read = async () => {
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      const from = buffer.lastPosition()
      const error = await readOnce().then(() => undefined, (thrown: unknown) => thrown)
      if (signal.aborted) return
      if (error !== undefined && !(error instanceof StoreUnavailable)) {
        broken = { error }
        wakeConsumer()
        return
      }
      buffer.lost()
      if (buffer.lastPosition() !== from) attempt = 0
      const inMs = backoffMs(attempt, options.resubscribe ?? { firstMs: 100, capMs: 10_000 }, options.random ?? Math.random)
      options.onDropped?.(error, inMs)
      await restUnlessAborted(inMs, signal)
    }
  }

  const onAbort = () => { wakeReader(); wakeConsumer() }
  signal.addEventListener('abort', onAbort, { once: true })
  // What can throw here is `onDropped`; the consumer hears of it.
  const reader = read().catch((error: unknown) => { broken = { error }; wakeConsumer() })

  try {
    while (!signal.aborted) {
      if (!buffer.hasNews()) {
        if (broken !== undefined) throw broken.error
        await new Promise<void>((resolve) => { wakeConsumer = resolve })
        continue
      }
      if (maxLingerMs > 0 && buffer.events() < maxBatch) await restUnlessAborted(maxLingerMs, signal)
      const batch = buffer.take(maxBatch)
      wakeReader()
      yield batch
    }
  } finally {
    reading.abort()
    signal.removeEventListener('abort', onAbort)
    await reader
  }
}
