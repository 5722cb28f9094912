import type { CatchUpMessage, StoredEvent } from '../event-store/port.ts'
import type { Position } from '../event-store/position.ts'

/** Consecutive events, and how far one has seen with them. */
export type Batch = {
  readonly events: readonly StoredEvent[]
  /** Up to here nothing of interest is left out. Undefined while nothing at all has been read. */
  readonly position: Position | undefined
  /** The store has said that this is all there is, and nothing newer had come when the batch was closed. */
  readonly caughtUp: boolean
}

/** Between a subscription, which comes as it likes, and its consumer, who takes what is there when he is free. */
export type MessageBuffer = {
  put(message: CatchUpMessage): void
  /** There is something that has not been told yet: events, a place further on, or that this is all. */
  hasNews(): boolean
  events(): number
  take(most: number): Batch
  /** Of the last message put in: where a new subscription goes on. */
  lastPosition(): Position | undefined
  /** The subscription is gone: until a new one says so, nobody knows whether this is all. */
  lost(): void
}

export const createMessageBuffer = (after: Position | 'start'): MessageBuffer => {
  let events: StoredEvent[] = []
  let position = after === 'start' ? undefined : after
  let isAll = false
  let toldAll = false
  let news = false

  return {
    put(message) {
      switch (message.kind) {
        case 'event':
          events.push(message.event)
          position = message.event.position
          news = true
          break
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
    events: () => events.length,
    take(most) {
      const taken = events.slice(0, most)
      events = events.slice(most)
      news = events.length > 0
      toldAll = isAll && !news
      // With events left behind, the batch ends at its own last one: what came after those is not yet true.
      return { events: taken, position: news ? (taken.at(-1)?.position ?? position) : position, caughtUp: toldAll }
    },
    lastPosition: () => position,
    lost: () => { isAll = false; toldAll = false },
  }
}
