import type { Position } from './position.ts'

/** A stream folded up to `revision`; undefined revision and position: nothing has been read of it. */
export type Folded<State> = {
  readonly state: State
  readonly revision: bigint | undefined
  /** Of the event at `revision`; undefined too where that event is known from a delivery, which may carry another's position. */
  readonly position: Position | undefined
}

/**
 * Folded states of the most recently used (decider, stream) pairs. What is in here was so once: an append at exactly its revision
 * proves that it still is, and for everything else the stream is looked at first.
 */
export type StateCache = {
  get<State>(decider: object, stream: string): Folded<State> | undefined
  /** Never goes back: a state at a lower revision than the one that is there is not taken. */
  put<State>(decider: object, stream: string, folded: Folded<State>): void
  /** All that is known of the stream. */
  forget(stream: string): void
  forgetAll(): void
}

type Entry = { readonly decider: object; readonly folded: Folded<unknown>; readonly weight: number }

export type StateCacheOptions = {
  /** What all entries together may weigh; those used longest ago go first. */
  readonly capacity: number
  /** What a state weighs, in the unit of `capacity`. 1 each when it is left out: then the capacity is a number of entries. */
  readonly weigh?: (state: unknown) => number
}

export const createStateCache = ({ capacity, weigh = () => 1 }: StateCacheOptions): StateCache => {
  /** A stream has one decider, as a rule: a list of one. */
  const streams = new Map<string, readonly Entry[]>()
  let weight = 0

  const replace = (stream: string, entries: readonly Entry[]) => {
    for (const entry of streams.get(stream) ?? []) weight -= entry.weight
    streams.delete(stream)
    for (const entry of entries) weight += entry.weight
    if (entries.length > 0) streams.set(stream, entries)
  }

  const shrink = () => {
    for (const stream of streams.keys()) {
      // The one just put stays, however heavy it is: without it a busy stream would be read whole for each command.
      if (weight <= capacity || streams.size === 1) return
      replace(stream, [])
    }
  }

  return {
    get<State>(decider: object, stream: string) {
      const entries = streams.get(stream)
      const entry = entries?.find((known) => known.decider === decider)
      if (entries === undefined || entry === undefined) return undefined
      streams.delete(stream)
      streams.set(stream, entries)
      // What lies under a decider was put there for this decider, so it is a state of its kind.
      return entry.folded as Folded<State>
    },
    put(decider, stream, folded) {
      const entries = streams.get(stream) ?? []
      const present = entries.find((known) => known.decider === decider)?.folded.revision
      if (present !== undefined && (folded.revision === undefined || folded.revision < present)) return
      const others = entries.filter((known) => known.decider !== decider)
      replace(stream, [...others, { decider, folded, weight: weigh(folded.state) }])
      shrink()
    },
    forget(stream) {
      replace(stream, [])
    },
    forgetAll() {
      streams.clear()
      weight = 0
    },
  }
}
