import { AsyncLocalStorage } from 'node:async_hooks'
import type { Decider } from '../../domain/shared/decider.ts'
import { backoffMs, type Backoff } from '../time/back-off.ts'
import { pause } from '../time/waiting.ts'
import { createAppendedBefore } from './appended-before.ts'
import type { Codec, Recorded } from './codec.ts'
import type { CommandContext } from './command-context.ts'
import { takeTurn, type Caller, type Handled, type KnownState, type TurnDependencies } from './command-turn.ts'
import { createContestedStreams } from './contested-streams.ts'
import { StoreUnavailable, type AllReader, type Patience, type StreamReader, type StreamWriter } from './port.ts'
import { createSnapshots, type SnapshotOutcome, type SnapshotPolicy } from './snapshots.ts'
import { createStateCache, type Folded } from './state-cache.ts'
import { createStreamQueue } from './stream-queue.ts'
import { createStreamReading, type Fold } from './stream-reading.ts'

export type { Handled } from './command-turn.ts'

export type HandleOptions = Patience & {
  /** The revision the caller has seen. If the stream is elsewhere, that is a `VersionConflict`, unless what is asked for is already so. */
  readonly expectedRevision?: bigint | undefined
  /** The command may be a stream's first: where nothing is known of the stream it is taken to be empty, and the append proves it. */
  readonly mayOpen?: boolean
}

export type CommandHandling = {
  /**
   * The one way in which events get written. Decides on what is known of the stream and appends at exactly the revision that is known;
   * looks at the stream first where nothing is known of it, and in the end wherever the append has not proved that it was right: for
   * "already so", for a refusal and after a conflict. Commands for one stream that wait within the process are decided one after another
   * and appended together; each is answered with its own events, state and revision.
   *
   * The command comes again after a crash, finds in the folded state what it asked for, and is answered "already so".
   * @throws Refusal, VersionConflict, StoreUnavailable, UndecodableEvent
   */
  handle<State, Command, Event extends { readonly type: string }>(
    decider: Decider<State, Command, Event>,
    stream: string,
    command: Command,
    context: CommandContext,
    options?: HandleOptions,
  ): Promise<Handled<State, Event>>
  /** The stream's state as it is now: always read. @throws StoreUnavailable, UndecodableEvent */
  load<State, Event extends { readonly type: string }>(
    fold: Fold<State, Event>,
    stream: string,
    options?: Patience,
  ): Promise<Folded<State>>
  /**
   * What this process knows of the stream, without asking for it; undefined when it knows nothing. May be out of date: only for what
   * never changes once it is there, never to decide from.
   */
  recall<State, Event extends { readonly type: string }>(fold: Fold<State, Event>, stream: string): State | undefined
  /** Takes note of an event that was delivered, where it follows on what is known of its stream. */
  learn<State, Event extends { readonly type: string }>(fold: Fold<State, Event>, recorded: Recorded<Event>): void
  /** Nothing is known of the stream any more: it holds something that cannot be read. */
  forget(stream: string): void
}

export type CommandHandlingDependencies = {
  readonly store: StreamWriter & StreamReader & Pick<AllReader, 'headPosition'>
  readonly codec: Codec<{ readonly type: string }>
  /** How many folded streams are kept. */
  readonly cacheSize?: number
  /** Folds whose states are large: kept apart from the others, and written down from time to time. */
  readonly large?: readonly LargeFold[]
  /** What became of a snapshot that was due. */
  readonly onSnapshot?: (outcome: SnapshotOutcome, stream: string, error?: unknown) => void
  /** Told with each turn on a stream: what was known of it. */
  readonly onTurn?: (known: KnownState) => void
  /** How often a decision is made again after a version conflict. */
  readonly retries?: number
  readonly random?: () => number
  readonly sleep?: (milliseconds: number) => Promise<unknown>
}

export type LargeFold = SnapshotPolicy & {
  /** About what a state takes in memory. */
  readonly bytesOf: (state: never) => number
}

/** For all states of large folds together. */
const largeBytes = 64 * 1024 * 1024

/** Between a version conflict and the next decision. */
const decisionsApart: Backoff = { firstMs: 10, capMs: 500 }

export const createCommandHandling = (dependencies: CommandHandlingDependencies): CommandHandling => {
  const { store, codec, cacheSize = 5_000, large = [], retries = 8, random = Math.random, sleep = pause } = dependencies
  const cache = createStateCache({ capacity: cacheSize })
  const largeCaches = new Map(
    large.map(
      ({ fold, bytesOf }) =>
        // A cache is given the states of its fold alone.
        [fold, createStateCache({ capacity: largeBytes, weigh: (state) => bytesOf(state as never) })] as const,
    ),
  )
  const cacheOf = (fold: object) => largeCaches.get(fold) ?? cache
  const caches = [cache, ...largeCaches.values()]
  const snapshots = createSnapshots({ store, policies: large, observe: dependencies.onSnapshot })
  const appendedBefore = createAppendedBefore(store)
  const reading = createStreamReading({ store, codec, cacheOf, snapshots, seen: appendedBefore })
  const turns: TurnDependencies = {
    store,
    codec,
    cacheOf,
    reading,
    appendedBefore,
    snapshots,
    onTurn: dependencies.onTurn ?? (() => undefined),
    retries,
    contested: createContestedStreams(cacheSize),
    forgetAll: () => {
      for (const one of caches) one.forgetAll()
    },
    backOff: async (conflicts) => {
      await sleep(backoffMs(conflicts - 1, decisionsApart, random))
    },
  }
  // A stream's callers have deciders of different types; a turn takes those of one decider, whose types then fit each other.
  type AnyCaller = Caller<unknown, unknown, { readonly type: string }>
  const queue = createStreamQueue<AnyCaller>((stream, callers) => {
    const take = () => takeTurn(stream, callers, turns)
    // Not as that of the caller before it.
    return callers[0] === undefined ? take() : callers[0].asItsOwn(take)
  })

  return {
    handle: <State, Command, Event extends { readonly type: string }>(
      decider: Decider<State, Command, Event>,
      stream: string,
      command: Command,
      context: CommandContext,
      { signal, expectedRevision, mayOpen = false }: HandleOptions = {},
    ) =>
      new Promise<Handled<State, Event>>((resolve, reject) => {
        const end = (settle: () => void) => {
          if (caller.answered) return
          caller.answered = true
          signal?.removeEventListener('abort', giveUp)
          settle()
        }
        // What is under way for it goes on for the others; nobody tells this one what comes of it.
        const giveUp = () => {
          end(() => reject(new StoreUnavailable(`gave up waiting for ${stream}`)))
        }
        const caller: Caller<State, Command, Event> = {
          decider,
          command,
          context,
          expectedRevision,
          mayOpen,
          signal,
          asItsOwn: AsyncLocalStorage.snapshot(),
          conflicts: 0,
          alone: false,
          answered: false,
          answer: (handled) => {
            end(() => resolve(handled))
          },
          fail: (error) => {
            end(() => reject(error instanceof Error ? error : new Error(String(error))))
          },
        }
        if (signal?.aborted === true) return giveUp()
        signal?.addEventListener('abort', giveUp, { once: true })
        queue.add(stream, caller)
      }),

    load: (fold, stream, options = {}) => reading.look(fold, stream, options),
    recall: <State>(fold: object, stream: string) => cacheOf(fold).get<State>(fold, stream)?.state,

    learn<State, Event extends { readonly type: string }>(
      fold: Fold<State, Event>,
      { stream, revision, event, metadata }: Recorded<Event>,
    ) {
      const known = cacheOf(fold).get<State>(fold, stream)
      if ((known?.revision ?? -1n) + 1n !== revision) return
      const state = fold.evolve(known?.state ?? fold.initialState, event, new Date(metadata.occurredAt))
      // Not its position: what is replayed, or comes by a link, carries another's.
      cacheOf(fold).put(fold, stream, { state, revision, position: undefined })
    },

    forget(stream) {
      for (const one of caches) one.forget(stream)
    },
  }
}
