import {
  VersionConflict,
  type ActualRevision,
  type AllReader,
  type EventToStore,
  type ExpectedRevision,
  type StoredEvent,
  type StreamReader,
  type StreamWriter,
} from './port.ts'
import type { Position } from './position.ts'

export type RehearsalStore = StreamWriter & StreamReader & Pick<AllReader, 'headPosition'>

export type Rehearsal = {
  readonly store: RehearsalStore
  /** What would have been appended, in order. */
  appended(): readonly Pick<StoredEvent, 'stream' | 'type'>[]
}

/** Behind everything that the log can have. */
const beyond: Position = { commit: 2n ** 63n - 1n, prepare: 2n ** 63n - 1n }

/**
 * The store as it would be: reads go to the real one, what is appended stays here, where the same reader finds it. For seeing what would
 * become of something. For one use: nothing of it is ever given up.
 */
export const rehearse = (real: StreamReader & Pick<AllReader, 'headPosition'>, now: () => Date): Rehearsal => {
  const streams = new Map<string, StoredEvent[]>()
  const appended: StoredEvent[] = []
  const here = (stream: string): readonly StoredEvent[] => streams.get(stream) ?? []

  const actualOf = async (stream: string): Promise<ActualRevision> => {
    const last = here(stream).at(-1) ?? (await real.lastEvents(stream, 1))[0]
    return last?.revision ?? 'no_stream'
  }
  const append = async (stream: string, events: readonly EventToStore[], expected: ExpectedRevision) => {
    const actual = await actualOf(stream)
    if (expected !== 'any' && expected !== actual) throw new VersionConflict(stream, expected, actual)
    const before = actual === 'no_stream' ? -1n : actual
    const stored = events.map((event, index): StoredEvent => {
      const place = { stream, revision: before + 1n + BigInt(index), position: beyond, created: now() }
      return { ...event, ...place }
    })
    streams.set(stream, [...here(stream), ...stored])
    appended.push(...stored)
    // Known, as of an append that has just landed and is no repetition.
    return { revision: before + BigInt(events.length), position: beyond }
  }

  return {
    appended: () => appended.map(({ stream, type }) => ({ stream, type })),
    store: {
      append,
      async *readStream(stream, { from = 0n, limit = Infinity, signal } = {}) {
        let left = limit
        const bound = limit === Infinity ? {} : { limit }
        for await (const event of real.readStream(stream, { from, ...bound, signal })) {
          left -= 1
          yield event
        }
        for (const event of here(stream))
          if (event.revision >= from && left > 0) {
            left -= 1
            yield event
          }
      },
      async lastEvents(stream, count, options) {
        const ours = here(stream).toReversed().slice(0, count)
        const left = count - ours.length
        return left === 0 ? ours : [...ours, ...(await real.lastEvents(stream, left, options))]
      },
      headPosition: (options) => real.headPosition(options),
    },
  }
}
