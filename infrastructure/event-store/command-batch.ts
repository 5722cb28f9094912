import { fold, type Decider } from '../../domain/shared/decider.ts'
import { eventIdOf } from '../../domain/shared/ids.ts'
import type { Codec } from './codec.ts'
import type { CommandContext } from './command-context.ts'
import type { EventMetadata } from './metadata.ts'
import { VersionConflict, type EventToStore } from './port.ts'
import type { Folded } from './state-cache.ts'

/** A command that waits for its turn on a stream. */
export type Waiting<Command> = {
  readonly command: Command
  readonly context: CommandContext
  readonly expectedRevision: bigint | undefined
}

/** What was decided about one of a batch, at its turn. Not to be told to anybody before the batch is written, or the stream looked at. */
export type Decided<One, State, Event> =
  | {
      readonly one: One
      readonly events: readonly Event[]
      readonly state: State
      readonly revision: bigint | undefined
    }
  | { readonly one: One; readonly error: unknown }

export type DecidedBatch<One, State, Event> = {
  /** In the order of the commands; as many as had room. */
  readonly decided: readonly Decided<One, State, Event>[]
  readonly writes: readonly EventToStore[]
  /** After all of it, once it is written. */
  readonly state: State
}

/** Half of what an append may have, so that no estimate of its size can be so wrong that it is refused. */
const mostBytes = 512 * 1024
const mostEvents = 500

/**
 * Decides commands one after another, each on the state that the ones before it leave behind. Each gets the ids that it would have got
 * alone at its revision, so that a repetition finds them whatever it was sent together with. One that fails, be it in the decision or
 * because its events cannot be encoded, leaves no trace in the others.
 */
export const decideTogether = <One extends Waiting<Command>, State, Command, Event extends { readonly type: string }>(
  decider: Decider<State, Command, Event>,
  stream: string,
  known: Folded<State>,
  waiting: readonly One[],
  codec: Codec<{ readonly type: string }>,
): DecidedBatch<One, State, Event> => {
  const decided: Decided<One, State, Event>[] = []
  const writes: EventToStore[] = []
  let { state, revision } = known
  let bytes = 0

  for (const one of waiting) {
    try {
      const events = decider.decide(one.command, state)
      if (events.length > 0) {
        // Already so wins over a revision that does not hold; everything else has to be decided from the one the caller has seen.
        if (one.expectedRevision !== undefined && one.expectedRevision !== revision)
          throw new VersionConflict(stream, one.expectedRevision, revision ?? 'no_stream')
        const now = one.context.now()
        const encoded = encodeAll(codec, events, stream, revision ?? 'no_stream', one.context, now)
        const size = waiting.length === 1 ? 0 : sizeOf(encoded)
        if (writes.length > 0 && (bytes + size > mostBytes || writes.length + encoded.length > mostEvents)) break
        bytes += size
        writes.push(...encoded)
        state = fold(decider, events, state, now)
        revision = (revision ?? -1n) + BigInt(events.length)
      }
      decided.push({ one, events, state, revision })
    } catch (error) {
      decided.push({ one, error })
    }
  }
  return { decided, writes, state }
}

/** What counts against the limit of an append: data, metadata and type. */
const sizeOf = (events: readonly EventToStore[]): number =>
  events.reduce(
    (sum, { type, data, metadata }) =>
      sum + 2 * type.length + 2 * (JSON.stringify(data).length + JSON.stringify(metadata).length),
    0,
  )

const encodeAll = <Event extends { readonly type: string }>(
  codec: Codec<{ readonly type: string }>,
  events: readonly Event[],
  stream: string,
  expected: bigint | 'no_stream',
  { commandId, correlationId, causationId, actor, traceparent }: CommandContext,
  now: Date,
): readonly EventToStore[] => {
  const metadata: Omit<EventMetadata, 'schemaVersion'> = {
    $correlationId: correlationId,
    $causationId: causationId,
    commandId,
    actor,
    occurredAt: now.toISOString(),
    ...(traceparent === undefined ? {} : { traceparent }),
  }
  return events.map((event, index) =>
    codec.encode(event, eventIdOf(commandId, stream, String(expected), index, event), metadata),
  )
}
