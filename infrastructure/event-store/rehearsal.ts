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

/** Behind everything that a log comes to; and there is room behind it. */
const beyond = 2n ** 62n

/**
 * The store as it would be: reads go to the real one, what is appended stays here, where the same reader finds it. For seeing what would
 * become of something. For one use: nothing of it is ever given up.
 */
export const rehearse = (real: StreamReader & Pick<AllReader, 'headPosition'>, now: () => Date): Rehearsal => {
  const streams = new Map<string, StoredEvent[]>()
  const appended: StoredEvent[] = []
  /** Each append has a place of its own, behind the one before: at one that was seen before it would be a repetition. */
  const nextPlace = (): Position => {
    const place = beyond + BigInt(appended.length)
    return { commit: place, prepare: place }
  }
  const here = (stream: string): readonly StoredEvent[] => streams.get(stream) ?? []

  const actualOf = async (stream: string): Promise<ActualRevision> => {
    const last = here(stream).at(-1) ?? (await real.lastEvents(stream, 1))[0]
    return last?.revision ?? 'no_stream'
  }
  const append = async (stream: string, events: readonly EventToStore[], expected: ExpectedRevision) => {
    const actual = await actualOf(stream)
    if (expected !== 'any' && expected !== actual) throw new VersionConflict(stream, expected, actual)
    const before = actual === 'no_stream' ? -1n : actual
    const position = nextPlace()
    const stored = events.map((event, index): StoredEvent => {
      const place = { stream, revision: before + 1n + BigInt(index), position, created: now() }
      return { ...event, ...place }
    })
    streams.set(stream, [...here(stream), ...stored])
    appended.push(...stored)
    return { revision: before + BigInt(events.length), position }
  }

  return {
    appended: () => appended.map(({ stream, type }) => ({ stream, type })),
    store: {
      append,
      async *readStream(stream, { from = 0n, limit = Infinity, signal } = {}) {
        let left = limit
        const bound = limit === Infinity ? {} : { limit }
        const ours = here(stream)
        for await (const event of real.readStream(stream, { from, ...bound, signal })) {
          // Others may have written meanwhile, as it would not be.
          if (ours[0] !== undefined && event.revision >= ours[0].revision) break
          left -= 1
          yield event
        }
        for (const event of ours)
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
