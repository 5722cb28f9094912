import type { Decider } from '../../domain/shared/decider.ts'
import type { AppendedBefore } from './appended-before.ts'
import { UndecodableEvent, type Codec, type Recorded } from './codec.ts'
import type { Patience, StoredEvent, StreamReader } from './port.ts'
import type { Position } from './position.ts'
import type { Snapshots } from './snapshots.ts'
import type { Folded, StateCache } from './state-cache.ts'

export type Fold<State, Event> = Pick<Decider<State, never, Event>, 'initialState' | 'evolve'>

/** Looks at streams: the only way in which a state gets to be known that nobody of this process has written. */
export type StreamReading = {
  /** The state as it is now: what is remembered, and everything that came after it. @throws StoreUnavailable, UndecodableEvent */
  look<State, Event extends { readonly type: string }>(
    fold: Fold<State, Event>,
    stream: string,
    patience: Patience,
  ): Promise<Folded<State>>
  /** Of the event at `revision`. */
  positionAt(stream: string, revision: bigint, patience: Patience): Promise<Position | undefined>
}

export type StreamReadingDependencies = {
  readonly store: StreamReader
  readonly codec: Codec<{ readonly type: string }>
  readonly cacheOf: (fold: object) => StateCache
  readonly snapshots: Pick<Snapshots, 'find'>
  readonly seen: Pick<AppendedBefore, 'see'>
}

const nothing = <State>({ initialState }: { readonly initialState: State }): Folded<State> => ({
  state: initialState,
  revision: undefined,
  position: undefined,
})

export const createStreamReading = ({
  store,
  codec,
  cacheOf,
  snapshots,
  seen,
}: StreamReadingDependencies): StreamReading => {
  const foldOn = async <State, Event extends { readonly type: string }>(
    fold: Fold<State, Event>,
    stream: string,
    known: Folded<State>,
    events: AsyncIterable<StoredEvent>,
  ): Promise<Folded<State>> => {
    let { state, revision, position } = known
    for await (const stored of events) {
      const recorded = decodeStrictly(codec, stored)
      // The stream's name says whose events it holds; the codec has checked each against its type's schema.
      if (recorded !== undefined)
        state = fold.evolve(state, recorded.event as Event, new Date(recorded.metadata.occurredAt))
      revision = stored.revision
      position = stored.position
    }
    seen.see(position)
    cacheOf(fold).put(fold, stream, { state, revision, position })
    return { state, revision, position }
  }

  /**
   * Reading begins at the very event that the snapshot was made behind. Where the stream has another one there, or none, it is not the
   * stream that the snapshot is of (a store that was restored), and the snapshot is of no use.
   */
  const fromSnapshot = async <State, Event extends { readonly type: string }>(
    fold: Fold<State, Event>,
    stream: string,
    patience: Patience,
  ): Promise<Folded<State> | undefined> => {
    const snapshot = await snapshots.find<State>(fold, stream, patience)
    if (snapshot === undefined) return undefined
    const { state, revision, eventId } = snapshot
    const events = store.readStream(stream, { from: revision, ...patience })[Symbol.asyncIterator]()
    const first = await events.next()
    if (first.done === true) return undefined
    if (first.value.id !== eventId) {
      await events.return?.()
      return undefined
    }
    return foldOn(
      fold,
      stream,
      { state, revision, position: first.value.position },
      { [Symbol.asyncIterator]: () => events },
    )
  }

  const lookAnew = async <State, Event extends { readonly type: string }>(
    fold: Fold<State, Event>,
    stream: string,
    patience: Patience,
  ) =>
    (await fromSnapshot(fold, stream, patience)) ??
    foldOn(fold, stream, nothing(fold), store.readStream(stream, patience))

  return {
    async look<State, Event extends { readonly type: string }>(
      fold: Fold<State, Event>,
      stream: string,
      patience: Patience,
    ) {
      const known = cacheOf(fold).get<State>(fold, stream)
      if (known?.revision === undefined) return lookAnew(fold, stream, patience)
      return foldOn(fold, stream, known, store.readStream(stream, { from: known.revision + 1n, ...patience }))
    },
    async positionAt(stream, revision, { signal }) {
      for await (const { position } of store.readStream(stream, { from: revision, limit: 1, signal })) return position
      return undefined
    },
  }
}

/** Undefined only for the store's own records (types with `$`). Deciding while not understanding what happened is never right. */
const decodeStrictly = (
  codec: Codec<{ readonly type: string }>,
  stored: StoredEvent,
): Recorded<{ readonly type: string }> | undefined => {
  if (stored.type.startsWith('$')) return undefined
  const recorded = codec.decode(stored)
  if (recorded === undefined)
    throw new UndecodableEvent('unknown_type', `${stored.stream} holds a ${stored.type}, which is not known here`)
  return recorded
}
