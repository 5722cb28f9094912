import type { Decider } from '../../domain/shared/decider.ts'
import { isRepetition, type AppendedBefore } from './appended-before.ts'
import type { Codec } from './codec.ts'
import { decideTogether, type Decided, type Waiting } from './command-batch.ts'
import { StoreUnavailable, VersionConflict, type StreamWriter } from './port.ts'
import type { Position } from './position.ts'
import type { Folded, StateCache } from './state-cache.ts'
import type { Snapshots } from './snapshots.ts'
import type { StreamReading } from './stream-reading.ts'

/** What became of a command. */
export type Handled<State, Event> = {
  /** What was written by this; empty when what was asked for was already so. */
  readonly events: readonly Event[]
  /** After the events. */
  readonly state: State
  /** Of the stream's last event, after the events; undefined when the stream is empty. */
  readonly revision: bigint | undefined
  /** At least that of the event at `revision`: that of the last event written together with it. Also when nothing was written. */
  readonly position: Position | undefined
}

/** A command with whoever waits for it. */
export type Caller<State, Command, Event> = Waiting<Command> & {
  readonly decider: Decider<State, Command, Event>
  readonly mayOpen: boolean
  readonly signal: AbortSignal | undefined
  /** Runs work as a part of what the caller does, whoever calls it. */
  readonly asItsOwn: <Result>(work: () => Result) => Result
  /** How often its append has met a stream that was elsewhere. */
  conflicts: number
  /** It was sent in a batch that the store refused for good: by itself from now on. */
  alone: boolean
  /** It has been answered: with what came of it, or because its caller has stopped waiting. */
  answered: boolean
  answer(handled: Handled<State, Event>): void
  fail(error: unknown): void
}

/** What is known of a stream when its turn comes: it is remembered; it is taken to have no event yet; or it has to be read first. */
export type KnownState = 'remembered' | 'taken_as_new' | 'read'

export type TurnDependencies = {
  readonly store: StreamWriter
  readonly codec: Codec<{ readonly type: string }>
  readonly cacheOf: (decider: object) => StateCache
  readonly reading: StreamReading
  readonly appendedBefore: AppendedBefore
  readonly snapshots: Pick<Snapshots, 'appended'>
  /** Nothing is known of any stream any more. */
  readonly forgetAll: () => void
  /** Whether the stream has met conflicts lately; told of each. */
  readonly contested: { is(stream: string): boolean; conflict(stream: string): void }
  /** Told with each turn. */
  readonly onTurn: (known: KnownState) => void
  /** How often a decision is made again after a version conflict. */
  readonly retries: number
  /** Waits for a moment that grows with the conflicts in a row. */
  readonly backOff: (conflicts: number) => Promise<void>
}

type AnyEvent = { readonly type: string }

/**
 * What has written nothing rests on the state alone. That another process has written the same events before, and much may have happened
 * since, cannot be told from an append of ours that succeeds: so it does not prove that the remembered state was the stream's.
 */
const hasWritten = (one: { readonly events: readonly unknown[] } | { readonly error: unknown }): boolean =>
  'events' in one && one.events.length > 0

const isOpen = ({ answered }: { readonly answered: boolean }) => !answered

/**
 * One turn on a stream: the commands that wait for it, decided one after another and appended together.
 *
 * Starts from what is known of the stream, decides, appends at exactly the revision it was decided from, and answers. Where the append
 * has not proved that the known state is the stream's, the stream is read and it is decided again. Nobody is answered before the append
 * has succeeded or the stream has been read: what one is told may rest on what another was to write.
 *
 * A crash before the append leaves nothing behind; one during or after it leaves all of the events or none, and nobody was told.
 */
export const takeTurn = async <State, Command, Event extends AnyEvent>(
  stream: string,
  callers: readonly Caller<State, Command, Event>[],
  dependencies: TurnDependencies,
): Promise<readonly Caller<State, Command, Event>[]> => {
  const first = callers.find(isOpen)
  if (first === undefined) return []
  const { decider } = first
  const { store, codec, cacheOf, reading, appendedBefore, snapshots, contested, retries, backOff } = dependencies

  // Those that are decided alike and may be sent together; the others have their turn next.
  const together = (caller: Caller<State, Command, Event>) =>
    caller === first || (!first.alone && !caller.alone && caller.decider === decider)
  let batch = callers.filter((caller) => isOpen(caller) && together(caller))
  const later = callers.filter((caller) => isOpen(caller) && !together(caller))

  const patience = patienceOf(batch)
  const nothing: Folded<State> = { state: decider.initialState, revision: undefined, position: undefined }
  let known: Folded<State> = nothing
  let looked = false

  const look = async () => {
    known = await reading.look(decider, stream, patience)
    looked = true
  }

  /**
   * After a conflict there must be something new; if not, the stream is shorter than what is remembered of it, and the store another one
   * than it was.
   */
  const lookAfterConflict = async () => {
    const { revision } = known
    await look()
    if (revision === undefined || known.revision !== revision) return
    dependencies.forgetAll()
    appendedBefore.forget()
    await look()
  }

  const position = async (): Promise<Position | undefined> =>
    known.position ?? (known.revision === undefined ? undefined : reading.positionAt(stream, known.revision, patience))

  try {
    const remembered = cacheOf(decider).get<State>(decider, stream)
    const isKnown = remembered?.revision !== undefined
    if (remembered !== undefined) known = remembered
    const mustLook = contested.is(stream) || batch.some(({ context }) => context.lookFirst === true)
    const readFirst = mustLook || !(isKnown || batch.every(({ mayOpen }) => mayOpen))
    dependencies.onTurn(readFirst ? 'read' : isKnown ? 'remembered' : 'taken_as_new')
    if (readFirst) await look()

    for (;;) {
      // Whoever has stopped waiting is not decided for.
      batch = batch.filter(isOpen)
      if (batch.length === 0) return later

      const { decided, writes, state } = decideTogether(decider, stream, known, batch, codec)
      const beyond = batch.slice(decided.length)
      batch = batch.slice(0, decided.length)
      later.unshift(...beyond)
      if (writes.length === 0) {
        if (looked) {
          answerAll(decided, await position())
          return later
        }
        // "Already so", a refusal and a revision that does not hold are believed of the stream alone.
        await look()
        continue
      }

      const mark = await appendedBefore.mark()
      const expected = known.revision ?? 'no_stream'
      let appended
      try {
        appended = await store.append(stream, writes, expected, patience)
      } catch (error) {
        if (error instanceof VersionConflict) {
          // Somebody else was quicker, and this append will never land. The revision is part of the event ids, so they are new ones.
          contested.conflict(stream)
          await conflicted(batch, error, retries, backOff)
          if (batch.some(isOpen)) await lookAfterConflict()
          continue
        }
        if (error instanceof StoreUnavailable || batch.length === 1) throw error
        // Too large or malformed: whose fault that is shows when each is sent by itself.
        for (const caller of batch) caller.alone = true
        return [...batch, ...later]
      }
      const after = (known.revision ?? -1n) + BigInt(writes.length)
      if (isRepetition(appended, mark) || appended.revision !== after) {
        // It was written before, by whomever; much may have come after it.
        await conflicted(batch, new VersionConflict(stream, expected), retries, backOff)
        await look()
        continue
      }

      appendedBefore.see(appended.position)
      const written = { state, revision: appended.revision, position: appended.position }
      cacheOf(decider).put(decider, stream, written)
      snapshots.appended(decider, stream, known.revision, written, writes.at(-1)?.id ?? '')
      const unproved = looked ? [] : decided.filter((one) => !hasWritten(one))
      answerAll(
        decided.filter((one) => !unproved.includes(one)),
        appended.position,
      )
      return [...unproved.map(({ one }) => one), ...later]
    }
  } catch (error) {
    for (const caller of batch) caller.fail(error)
    return later
  }
}

const answerAll = <State, Command, Event>(
  decided: readonly Decided<Caller<State, Command, Event>, State, Event>[],
  position: Position | undefined,
): void => {
  for (const one of decided) {
    if ('error' in one) one.one.fail(one.error)
    else
      one.one.answer({
        events: one.events,
        state: one.state,
        revision: one.revision,
        position: one.revision === undefined ? undefined : position,
      })
  }
}

/** Counts for each command by itself; those that have met too many end here, and the others wait a moment. */
const conflicted = async (
  batch: readonly { conflicts: number; fail(error: unknown): void }[],
  error: VersionConflict,
  retries: number,
  backOff: (conflicts: number) => Promise<void>,
): Promise<void> => {
  let most = 0
  for (const caller of batch) {
    caller.conflicts += 1
    if (caller.conflicts > retries) caller.fail(error)
    else most = Math.max(most, caller.conflicts)
  }
  if (most > 0) await backOff(most)
}

/** What was sent goes on for as long as anybody of the batch still waits for it. */
const patienceOf = (
  batch: readonly { readonly signal: AbortSignal | undefined }[],
): { readonly signal: AbortSignal | undefined } => {
  const signals = batch.flatMap(({ signal }) => (signal === undefined ? [] : [signal]))
  if (signals.length < batch.length) return { signal: undefined }
  if (signals.length === 1) return { signal: signals[0] }
  const all = new AbortController()
  const lookAround = () => {
    if (signals.every(({ aborted }) => aborted)) all.abort()
  }
  for (const signal of signals) signal.addEventListener('abort', lookAround, { once: true, signal: all.signal })
  return { signal: all.signal }
}
