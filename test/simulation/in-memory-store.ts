import {
  VersionConflict,
  type AllReader,
  type Appended,
  type EventToStore,
  type ExpectedRevision,
  type StoredEvent,
  type StreamReader,
  type StreamWriter,
} from '../../infrastructure/event-store/port.ts'
import { comparePositions } from '../../infrastructure/event-store/position.ts'

export type InMemoryStore = StreamWriter &
  StreamReader &
  AllReader & {
    /** Everything, oldest first. The array itself: look, don't touch. */
    readonly log: readonly StoredEvent[]
    /** Called with what each append has written, in order; not for repetitions. Answers how to stop that. */
    onAppended(listener: (events: readonly StoredEvent[]) => void): () => void
  }

export type InMemoryStoreOptions = {
  /**
   * Awaited before and after everything the store does, so that a scheduler can let others go first, or never come back: a handler
   * stopped before an append has not written, one stopped after it has written and does not know.
   */
  readonly yield?: (what: string) => Promise<void>
  readonly now?: () => Date
}

/**
 * A store with the server's rules of revisions and repetitions: at the current revision nothing is compared; an exact revision below
 * it is a repetition if the ids at that place are these, in order, and a conflict otherwise; with 'any' the ids decide, per stream.
 */
export const createInMemoryStore = (options: InMemoryStoreOptions = {}): InMemoryStore => {
  const { yield: pause = () => Promise.resolve(), now = () => new Date() } = options
  const log: StoredEvent[] = []
  const streams = new Map<string, StoredEvent[]>()
  const listeners = new Set<(events: readonly StoredEvent[]) => void>()

  const answer = (event: StoredEvent): Appended => ({ revision: event.revision, position: event.position })

  const repetitionOf = (
    stream: string,
    events: readonly EventToStore[],
    expected: ExpectedRevision,
  ): Appended | undefined => {
    const present = streams.get(stream) ?? []
    if (expected === 'any') {
      const found = events.map(({ id }) => present.find((event) => event.id === id))
      if (found[0] === undefined) return undefined
      const last = found.at(-1)
      // Some there and some not: the server takes that for a broken repetition, although 'any' was asked for.
      if (last === undefined || found.includes(undefined)) throw new VersionConflict(stream, expected)
      return answer(last)
    }
    const first = expected === 'no_stream' ? 0n : expected + 1n
    const current = BigInt(present.length)
    if (first === current) return undefined
    if (first > current) throw new VersionConflict(stream, expected)
    const there = present.slice(Number(first), Number(first) + events.length)
    const last = there.at(-1)
    if (
      last === undefined ||
      there.length < events.length ||
      there.some((event, index) => event.id !== events[index]?.id)
    ) {
      throw new VersionConflict(stream, expected)
    }
    return answer(last)
  }

  const write = (stream: string, events: readonly EventToStore[]): Appended => {
    const present = streams.get(stream) ?? []
    const written = events.map((event, index): StoredEvent => {
      const place = BigInt(log.length + index + 1) * 100n
      return {
        id: event.id,
        stream,
        type: event.type,
        revision: BigInt(present.length + index),
        position: { commit: place, prepare: place },
        created: now(),
        // Through JSON and back, as the real way: what JSON does not carry must not be there in a test either.
        data: JSON.parse(JSON.stringify(event.data)),
        metadata: JSON.parse(JSON.stringify(event.metadata)),
      }
    })
    streams.set(stream, [...present, ...written])
    log.push(...written)
    for (const listener of listeners) listener(written)
    const last = written.at(-1)
    if (last === undefined) throw new Error('an append without events')
    return answer(last)
  }

  return {
    log,

    async append(stream, events, expected) {
      await pause(`append ${stream}`)
      const appended = repetitionOf(stream, events, expected) ?? write(stream, events)
      await pause(`appended ${stream}`)
      return appended
    },

    async *readStream(stream, { from = 0n, limit = Infinity } = {}) {
      await pause(`read ${stream}`)
      // One look, as at one moment: what is appended while somebody reads is not part of this answer.
      const events = (streams.get(stream) ?? []).slice(Number(from), Number(from) + limit)
      for (const event of events) yield event
    },

    async lastEvents(stream, count) {
      await pause(`read the end of ${stream}`)
      return (streams.get(stream) ?? []).toReversed().slice(0, count)
    },

    async *readAll({ after, limit = Infinity } = {}) {
      await pause('read $all')
      const events = log
        .filter(({ position }) => after === undefined || comparePositions(position, after) > 0)
        .slice(0, limit)
      for (const event of events) yield event
    },

    async headPosition() {
      await pause('head of $all')
      return log.at(-1)?.position
    },

    async holds(position) {
      await pause('look for a place in $all')
      return log.some((event) => comparePositions(event.position, position) === 0)
    },

    onAppended(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
