import { StoreUnavailable, type AllSubscriber } from '../event-store/port.ts'
import type { Position } from '../event-store/position.ts'
import { backoffMs, type Backoff } from '../time/back-off.ts'
import { interruptible, pause } from '../time/waiting.ts'
import { createLinger } from './linger.ts'
import { createMessageBuffer, type Batch, type BatchLimits } from './message-buffer.ts'

/**
 * When a batch is closed: when it is full, or has waited so long for more, in milliseconds. As much again is read ahead while the consumer
 * is busy.
 */
export type BatchClosing = BatchLimits & {
  /** While older events are still to come. */
  readonly maxLingerMs: number
  /**
   * When nothing older is left. A number: always so long, from when something was there and the consumer was free. Else by load: at once
   * where little comes.
   */
  readonly live: number | { readonly maxMs: number; readonly load: { readonly from: number; readonly to: number } }
}

export type CatchUpOptions = BatchClosing & {
  readonly store: AllSubscriber
  readonly after: Position | 'start'
  readonly streamPrefixes: readonly string[]
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
  const { maxLingerMs, live } = options
  const buffer = createMessageBuffer(options.after, options)
  const linger = typeof live === 'number' ? undefined : createLinger({ ...live, now: () => performance.now() })
  const reading = new AbortController()
  const signal = AbortSignal.any([options.signal, reading.signal])
  let wakeReader = () => {
    /* it is not waiting */
  }
  let wakeConsumer = () => {
    /* it is not waiting */
  }
  let broken: { readonly error: unknown } | undefined

  const roomToRead = async () => {
    while (buffer.isFullTwice() && !signal.aborted)
      await new Promise<void>((resolve) => {
        wakeReader = resolve
      })
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
      const error = await readOnce().then(
        () => undefined,
        (thrown: unknown) => thrown,
      )
      if (signal.aborted) return
      if (error !== undefined && !(error instanceof StoreUnavailable)) {
        broken = { error }
        wakeConsumer()
        return
      }
      buffer.lost()
      if (buffer.lastPosition() !== from) attempt = 0
      const inMs = backoffMs(attempt, options.resubscribe ?? { firstMs: 100, capMs: 1_000 }, options.random)
      options.onDropped?.(error, inMs)
      await pause(inMs, signal)
    }
  }

  const liveMs = (): number => (typeof live === 'number' ? live : (linger?.ms() ?? 0))

  /** Until the batch is full, has waited long enough, or is all that there is to catch up with. */
  const forMore = async (): Promise<void> => {
    const ms = buffer.state() === 'behind' ? maxLingerMs : liveMs()
    const isClosed = () => signal.aborted || buffer.isFull() || buffer.state() === 'caught_up'
    // What has come with the last message is in the same batch, also where none waits.
    if (ms === 0 || isClosed())
      return new Promise((resolve) => {
        setImmediate(resolve)
      })
    const wait = interruptible(ms)
    wakeConsumer = () => {
      if (isClosed()) wait.stop()
    }
    await wait.over
  }

  const onAbort = () => {
    wakeReader()
    wakeConsumer()
  }
  signal.addEventListener('abort', onAbort, { once: true })
  // What can throw here is `onDropped`; the consumer hears of it.
  const reader = read().catch((error: unknown) => {
    broken = { error }
    wakeConsumer()
  })

  try {
    while (!signal.aborted) {
      if (!buffer.hasNews()) {
        if (broken !== undefined) throw broken.error
        await new Promise<void>((resolve) => {
          wakeConsumer = resolve
        })
        continue
      }
      await forMore()
      const batch = buffer.take()
      linger?.came(batch.events.length)
      wakeReader()
      yield batch
    }
  } finally {
    reading.abort()
    signal.removeEventListener('abort', onAbort)
    await reader
  }
}
