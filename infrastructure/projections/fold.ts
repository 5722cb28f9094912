import type { Recorded } from '../event-store/codec.ts'
import type { StoredEvent } from '../event-store/port.ts'
import { comparePositions, positionToText, type Position } from '../event-store/position.ts'
import type { AnyProjection, PassedOn, RowData, Told } from './projection.ts'
import type { KnownRows } from './remembered-rows.ts'
import { isStorableText, storableText } from './storable.ts'

/** An event with what came of decoding it, once for all projections. `recorded` is undefined where there is a fault. */
export type ReadEvent<Event> =
  | { readonly stored: StoredEvent; readonly recorded: Recorded<Event>; readonly fault?: never }
  | { readonly stored: StoredEvent; readonly recorded?: never; readonly fault: unknown }

/** What a codec does for the engine. Undefined: not a type of ours; throws for what should be and cannot be understood. */
export type Decoder<Event> = { decode(stored: StoredEvent): Recorded<Event> | undefined }

/** Types that nobody here knows are left out; what cannot be decoded stays, with its fault. */
export const decodeAll = <Event>(
  decoder: Decoder<Event>,
  events: readonly StoredEvent[],
): readonly ReadEvent<Event>[] =>
  events.flatMap((stored): ReadEvent<Event>[] => {
    try {
      const recorded = decoder.decode(stored)
      return recorded === undefined ? [] : [{ stored, recorded }]
    } catch (fault) {
      return [{ stored, fault }]
    }
  })

/** A row that is set aside from this event on. */
export type FoldFailure = { readonly key: string; readonly stored: StoredEvent; readonly error: unknown }

/** What a batch makes of one table. */
export type Changes = {
  readonly upserts: ReadonlyMap<string, RowData>
  readonly deletes: readonly string[]
  readonly failures: readonly FoldFailure[]
  /** The last event that touched each changed row: who is to blame when the database refuses it. */
  readonly causes: ReadonlyMap<string, StoredEvent>
  /** For the log, once all of this is written. */
  readonly told: readonly (Told & { readonly at: Date })[]
}

type Step<Event> = { readonly key: string; readonly read: ReadEvent<Event> }

/** `keys`: the rows that have to be known as they are now. The others are new for certain. */
export type Plan<Event> = { readonly steps: readonly Step<Event>[]; readonly keys: readonly string[] }

const keyFromStream = ({ stream }: StoredEvent): readonly string[] => [stream.slice(stream.indexOf('-') + 1)]

const keysOf = <Event>(
  projection: AnyProjection<Event>,
  read: ReadEvent<Event>,
): { keys: readonly string[]; read: ReadEvent<Event> } => {
  const unreadable = () => projection.keysWhenUnreadable?.(read.stored) ?? keyFromStream(read.stored)
  if (read.recorded === undefined) return { keys: unreadable(), read }
  try {
    return { keys: projection.keys(read.recorded), read }
  } catch (fault) {
    return { keys: unreadable(), read: { stored: read.stored, fault } }
  }
}

/** The keys of rows that may be there already: all but those whose first event is their beginning. */
const keysToKnow = <Event>(projection: AnyProjection<Event>, steps: readonly Step<Event>[]): readonly string[] => {
  if (projection.table.appendOnly === true) return []
  const seen = new Set<string>()
  const keys: string[] = []
  for (const {
    key,
    read: { recorded },
  } of steps) {
    if (seen.has(key)) continue
    seen.add(key)
    const isNew = recorded !== undefined && projection.begins?.(recorded, key) === true
    if (!isNew && isStorableText(key)) keys.push(key)
  }
  return keys
}

/** Which event goes to which row, in order: events after `after`, in the projection's streams, rows not set aside. */
export const plan = <Event>(
  projection: AnyProjection<Event>,
  events: readonly ReadEvent<Event>[],
  after: Position | undefined,
  setAside: ReadonlySet<string>,
): Plan<Event> => {
  const steps: Step<Event>[] = []
  for (const event of events) {
    const { position, stream } = event.stored
    if (after !== undefined && comparePositions(position, after) <= 0) continue
    if (!projection.streamPrefixes.some((prefix) => stream.startsWith(prefix))) continue
    const { keys, read } = keysOf(projection, event)
    for (const key of keys.length > 1 ? new Set(keys) : keys) {
      if (setAside.size === 0 || !setAside.has(storableText(key))) steps.push({ key, read })
    }
  }
  return { steps, keys: keysToKnow(projection, steps) }
}

/** @throws where the row could not be stored under the key, or is another's */
export const checkKey = ({ table }: AnyProjection<never>, key: string, next: RowData | 'same' | 'delete'): void => {
  if (!isStorableText(key)) throw new Error('the key cannot be stored')
  if (typeof next === 'object' && next[table.key] !== key)
    throw new Error(`the fold of ${key} gave the row of ${String(next[table.key])}`)
}

const evolveChecked = <Event>(
  projection: AnyProjection<Event>,
  row: RowData | undefined,
  { key, read }: Step<Event>,
) => {
  if (read.recorded === undefined) throw read.fault
  const next = projection.evolve(row, read.recorded, key)
  checkKey(projection, key, next)
  return next
}

/** What a step means for another row, and the event that it came by. */
export type PassedStep = {
  readonly key: string
  readonly stored: StoredEvent
  readonly passed: PassedOn<RowData>
}

const passedOnBy = <Event>(
  projection: AnyProjection<Event>,
  before: RowData | undefined,
  next: RowData | 'delete',
  { read: { stored, recorded } }: Step<Event>,
): readonly PassedStep[] => {
  if (projection.passesOn === undefined || recorded === undefined) return []
  return projection.passesOn(before, next, recorded).map((passed) => ({ key: passed.key, stored, passed }))
}

const toldOf = <Event>(
  projection: AnyProjection<Event>,
  before: RowData | undefined,
  next: RowData | 'delete',
  { read }: Step<Event>,
): Changes['told'] => {
  if (projection.tells === undefined || read.recorded === undefined) return []
  const told = projection.tells(before, next, read.recorded)
  return told === undefined ? [] : [{ ...told, at: read.stored.created }]
}

type Folded = Omit<Changes, 'told'>

/**
 * Takes steps one after the other: `take` is given the row as it is by then. A row whose fold throws stays as the step before left it,
 * and is passed over from there on. A row that comes and goes on the way leaves no trace.
 */
export const foldSteps = <One extends { readonly key: string }>(
  steps: readonly One[],
  rows: KnownRows,
  storedOf: (step: One) => StoredEvent,
  take: (before: RowData | undefined, step: One) => RowData | 'same' | 'delete',
): Folded => {
  // What has changed on the way: `rows` may hold far more than the steps touch.
  const current = new Map<string, RowData | undefined>()
  const rowOf = (key: string): RowData | undefined => (current.has(key) ? current.get(key) : rows.get(key))
  const causes = new Map<string, StoredEvent>()
  const failures = new Map<string, FoldFailure>()
  for (const step of steps) {
    const { key } = step
    if (failures.has(key)) continue
    try {
      const next = take(rowOf(key), step)
      if (next === 'same') continue
      current.set(key, next === 'delete' ? undefined : next)
      causes.set(key, storedOf(step))
    } catch (error) {
      failures.set(key, { key, stored: storedOf(step), error })
    }
  }
  const upserts = new Map<string, RowData>()
  const deletes: string[] = []
  for (const key of causes.keys()) {
    const row = current.get(key)
    if (row !== undefined) upserts.set(key, row)
    else if (rows.get(key) !== undefined) deletes.push(key)
  }
  return { upserts, deletes, failures: [...failures.values()], causes }
}

/**
 * The fold of a batch in memory: `rows` as they are in the table now; what is not among them is not there. `passedOn` is what it means for
 * rows that none of its events names, and still to be folded.
 */
export const foldBatch = <Event>(
  projection: AnyProjection<Event>,
  { steps }: Plan<Event>,
  rows: KnownRows,
): { readonly changes: Changes; readonly passedOn: readonly PassedStep[] } => {
  const told: Changes['told'][number][] = []
  const passedOn: PassedStep[] = []
  const take = (before: RowData | undefined, step: Step<Event>) => {
    const next = evolveChecked(projection, before, step)
    if (next === 'same') return next
    const passed = passedOnBy(projection, before, next, step)
    told.push(...toldOf(projection, before, next, step))
    passedOn.push(...passed)
    return next
  }
  const folded = foldSteps(steps, rows, ({ read }) => read.stored, take)
  return { changes: { ...folded, told }, passedOn }
}

/** A rebuild is strict: the first event that cannot be folded ends it, and is named here. */
export class FoldFault extends Error {
  override readonly name = 'FoldFault'
  constructor(projection: string, { key, stored, error }: FoldFailure) {
    const { type, id, stream, revision, position } = stored
    const reason = error instanceof Error ? error.message : String(error)
    super(
      `${projection}: the row ${key} cannot take ${type} ${id} (${revision}@${stream}, ${positionToText(position)}): ${reason}`,
      {
        cause: error,
      },
    )
  }
}
