import { setTimeout as wait } from 'node:timers/promises'
import type { Decider } from '../../domain/shared/decider.ts'
import { fold } from '../../domain/shared/decider.ts'
import { eventIdOf } from '../../domain/shared/ids.ts'
import { UndecodableEvent, type Codec } from './codec.ts'
import type { CommandContext } from './command-context.ts'
import type { EventMetadata } from './metadata.ts'
import { VersionConflict, type EventToStore, type Patience, type StoredEvent, type StreamReader, type StreamWriter } from './port.ts'
import type { Position } from './position.ts'
import { createStateCache, type Folded } from './state-cache.ts'
import { createStreamQueue } from './stream-queue.ts'

export type Handled<State, Event> = {
  /** What was written; empty when what was asked for was already so. */
  readonly events: readonly Event[]
  /** After the events. */
  readonly state: State
  /** Of the stream's last event; undefined when the stream is empty. */
  readonly revision: bigint | undefined
  /** Of the stream's last event, also when nothing was written. */
  readonly position: Position | undefined
}

export type HandleOptions = Patience & {
  /** The revision the caller has seen. If the stream is elsewhere, that is a `VersionConflict`, and nothing is tried again. */
  readonly expectedRevision?: bigint | undefined
}

export type CommandHandling = {
  /**
   * The one way in which events get written. Commands for one stream wait for one another within the process.
   *
   * A crash before the append leaves nothing behind. A crash during or after it leaves all of the events or none, and nobody was told:
   * the command comes again, finds in the folded state what it asked for, and is answered "already so".
   * @throws Refusal, VersionConflict, StoreUnavailable, UndecodableEvent
   */
  handle<State, Command, Event extends { readonly type: string }>(
    decider: Decider<State, Command, Event>,
    stream: string,
    command: Command,
    context: CommandContext,
    options?: HandleOptions,
  ): Promise<Handled<State, Event>>
  /** The stream's state as it is now. @throws StoreUnavailable, UndecodableEvent */
  load<State, Event extends { readonly type: string }>(
    decider: Pick<Decider<State, never, Event>, 'initialState' | 'evolve'>,
    stream: string,
    options?: Patience,
  ): Promise<Folded<State>>
}

export type CommandHandlingDependencies = {
  readonly store: StreamWriter & StreamReader
  readonly codec: Codec<{ readonly type: string }>
  /** How many folded streams are kept. */
  readonly cacheSize?: number
  /** How often a decision is made again after a version conflict. */
  readonly retries?: number
  readonly random?: () => number
  readonly sleep?: (milliseconds: number) => Promise<unknown>
}

const shortestPauseMs = 10
const longestPauseMs = 500

export const createCommandHandling = (dependencies: CommandHandlingDependencies): CommandHandling => {
  const { store, codec, cacheSize = 2_000, retries = 8, random = Math.random, sleep = wait } = dependencies
  const cache = createStateCache(cacheSize)
  const queue = createStreamQueue()

  type Fold<State, Event> = Pick<Decider<State, never, Event>, 'initialState' | 'evolve'>

  /** Goes on from `known` over everything the stream holds after it. */
  const readOn = async <State, Event extends { readonly type: string }>(
    decider: Fold<State, Event>,
    stream: string,
    known: Folded<State>,
    { signal }: Patience,
  ): Promise<Folded<State>> => {
    let { state, revision, position } = known
    for await (const stored of store.readStream(stream, { from: revision === undefined ? 0n : revision + 1n, signal })) {
      const event = decodeStrictly(codec, stored)
      // The stream's name says whose events it holds; the codec has checked each against its type's schema.
      if (event !== undefined) state = decider.evolve(state, event as Event)
      revision = stored.revision
      position = stored.position
    }
    return { state, revision, position }
  }

  const nothing = <State>(decider: { readonly initialState: State }): Folded<State> =>
    ({ state: decider.initialState, revision: undefined, position: undefined })

  const load = async <State, Event extends { readonly type: string }>(
    decider: Fold<State, Event>,
    stream: string,
    patience: Patience,
  ): Promise<Folded<State>> => {
    const known = cache.get<State>(decider, stream) ?? nothing(decider)
    const current = await readOn(decider, stream, known, patience)
    cache.put(decider, stream, current)
    return current
  }

  const attempt = async <State, Command, Event extends { readonly type: string }>(
    decider: Decider<State, Command, Event>,
    stream: string,
    command: Command,
    context: CommandContext,
    options: HandleOptions,
  ): Promise<Handled<State, Event>> => {
    // 1 What is so? The cached state and whatever came after it.
    const before = await load(decider, stream, options)
    if (options.expectedRevision !== undefined && options.expectedRevision !== before.revision) {
      throw new VersionConflict(stream, options.expectedRevision)
    }

    // 2 What follows? A Refusal leaves from here; nothing has been written.
    const events = decider.decide(command, before.state)
    if (events.length === 0) return { events, ...before }

    // 3 Write it at exactly the revision it was decided from. If the process dies in here, all of it is there or nothing.
    const expected = before.revision ?? 'no_stream'
    const appended = await store.append(stream, encodeAll(codec, events, stream, expected, context), expected, { signal: options.signal })

    // 5 Say where that is. Whoever dies from here on has written, and has told nobody.
    const state = fold(decider, events, before.state)
    const position = appended.position ?? (await positionAt(store, stream, appended.revision, options))
    cache.put(decider, stream, { state, revision: appended.revision, position })
    return { events, state, revision: appended.revision, position }
  }

  return {
    handle: (decider, stream, command, context, options = {}) =>
      queue.run(stream, async () => {
        for (let conflicts = 0; ; conflicts += 1) {
          try {
            return await attempt(decider, stream, command, context, options)
          } catch (error) {
            if (!(error instanceof VersionConflict) || options.expectedRevision !== undefined || conflicts >= retries) throw error
            // 4 Somebody else was quicker, and this append will never land. Look again, decide again; the revision is part of the
            // event ids, so they are new ones. Twice in a row may also mean that the stream is not the one we remember: from its start.
            if (conflicts > 0) cache.forget(decider, stream)
            await sleep(random() * Math.min(longestPauseMs, shortestPauseMs * 2 ** conflicts))
          }
        }
      }, options.signal),

    load: (decider, stream, options = {}) => load(decider, stream, options),
  }
}

const encodeAll = <Event extends { readonly type: string }>(
  codec: Codec<{ readonly type: string }>,
  events: readonly Event[],
  stream: string,
  expected: bigint | 'no_stream',
  context: CommandContext,
): readonly EventToStore[] => {
  const metadata: Omit<EventMetadata, 'schemaVersion'> = {
    $correlationId: context.correlationId,
    $causationId: context.causationId,
    commandId: context.commandId,
    actor: context.actor,
    occurredAt: context.now().toISOString(),
    ...(context.traceparent === undefined ? {} : { traceparent: context.traceparent }),
  }
  return events.map((event, index) => codec.encode(event, eventIdOf(context.commandId, stream, String(expected), index, event), metadata))
}

/** Undefined only for the store's own records (types with `$`). Deciding while not understanding what happened is never right. */
const decodeStrictly = (codec: Codec<{ readonly type: string }>, stored: StoredEvent): { readonly type: string } | undefined => {
  if (stored.type.startsWith('$')) return undefined
  const recorded = codec.decode(stored)
  if (recorded === undefined) throw new UndecodableEvent('unknown_type', `${stored.stream} holds a ${stored.type}, which is not known here`)
  return recorded.event
}

const positionAt = async (store: StreamReader, stream: string, revision: bigint, { signal }: Patience): Promise<Position | undefined> => {
  for await (const stored of store.readStream(stream, { from: revision, limit: 1, signal })) return stored.position
  return undefined
}
