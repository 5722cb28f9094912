import type { CatchUpMessage, StoredEvent } from '../event-store/port.ts'
import type { Position } from '../event-store/position.ts'
import { contentLength } from './content-length.ts'

/** Consecutive events, and how far one has seen with them. */
export type Batch = {
  readonly events: readonly StoredEvent[]
  /** Up to here nothing of interest is left out. Undefined while nothing at all has been read. */
  readonly position: Position | undefined
  /** The store has said that this is all there is, and nothing newer had come when the batch was closed. */
  readonly caughtUp: boolean
}

export type BatchLimits = {
  /** Events in a batch. */
  readonly maxBatch: number
  /** Characters of content in a batch, about; one event alone may have more. */
  readonly maxLength: number
}

/** Between a subscription, which comes as it likes, and its consumer, who takes what is there when he is free. */
export type MessageBuffer = {
  put(message: CatchUpMessage): void
  /** There is something that has not been told yet: events, a place further on, or that this is all. */
  hasNews(): boolean
  /** A batch taken now would be as large as a batch may be. */
  isFull(): boolean
  /** There is a batch in it, and another one beside. */
  isFullTwice(): boolean
  /** `behind`: older events are still to come. `caught_up`: the store has just said that this is all. `live`: the consumer knows. */
  state(): 'behind' | 'caught_up' | 'live'
  take(): Batch
  /** Of the last message put in: where a new subscription goes on. */
  lastPosition(): Position | undefined
  /** The subscription is gone: until a new one says so, nobody knows whether this is all. */
  lost(): void
}

type Held = { readonly event: StoredEvent; readonly length: number }

export const createMessageBuffer = (after: Position | 'start', { maxBatch, maxLength }: BatchLimits): MessageBuffer => {
  const held: Held[] = []
  let length = 0
  let position = after === 'start' ? undefined : after
  let isAll = false
  /** Since the subscription began, the consumer has been told once that this was all. */
  let toldAll = false
  let news = false

  /** How many of them make a batch. */
  const batchSize = (): number => {
    let taken = 0
    for (const [index, { length: own }] of held.entries()) {
      taken += own
      if (index === maxBatch || (index > 0 && taken > maxLength)) return index
    }
    return held.length
  }

  return {
    put(message) {
      switch (message.kind) {
        case 'event': {
          const own = contentLength(message.event)
          held.push({ event: message.event, length: own })
          length += own
          position = message.event.position
          news = true
          break
        }
        case 'checkpoint':
          position = message.position
          news = true
          break
        case 'caught_up':
          news ||= !toldAll
          isAll = true
          break
      }
    },
    hasNews: () => news,
    isFull: () => held.length >= maxBatch || length >= maxLength,
    isFullTwice: () => held.length >= 2 * maxBatch || length >= 2 * maxLength,
    state: () => {
      if (!isAll) return 'behind'
      return toldAll ? 'live' : 'caught_up'
    },
    take() {
      const taken = held.splice(0, batchSize())
      for (const { length: own } of taken) length -= own
      news = held.length > 0
      const caughtUp = isAll && !news
      toldAll ||= caughtUp
      // With events left behind, the batch ends at its own last one: what came after those is not yet true.
      return {
        events: taken.map(({ event }) => event),
        position: news ? (taken.at(-1)?.event.position ?? position) : position,
        caughtUp,
      }
    },
    lastPosition: () => position,
    lost: () => {
      isAll = false
      toldAll = false
    },
  }
}
