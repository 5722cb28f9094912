import { UnusableAnswer, type StoredEvent } from '../event-store/port.ts'
import { comparePositions, isPlace, type Position } from '../event-store/position.ts'
import type { Logger } from '../observability/logger.ts'
import { isDataRefused } from '../postgres/errors.ts'
import { inTransaction, type Pool, type Queryable } from '../postgres/pool.ts'
import { moveCheckpoints, type Checkpoint, type Move } from './checkpoints.ts'
import { decodeAll, foldBatch, FoldFault, plan, type Changes, type Decoder, type FoldFailure, type ReadEvent } from './fold.ts'
import { nameOf, type AnyProjection, type RowData } from './projection.ts'
import { selectByKeys } from './table.ts'
import { setAsideKeys, writeFailures, writeRows, writeRowsSingly } from './write-changes.ts'

/** Consecutive events of `$all`, and the place up to which nothing of interest was left out. */
export type Batch = {
  readonly events: readonly StoredEvent[]
  /** Undefined while nothing at all has been read. */
  readonly position: Position | undefined
  /** Nothing newer was there when the batch was closed. */
  readonly caughtUp: boolean
}

/** A table that is being written: where it stands, and which of its rows are set aside. Changes only when a batch is committed. */
export type Target<Event> = {
  readonly projection: AnyProjection<Event>
  readonly physicalName: string
  checkpoint: Checkpoint
  caughtUp: boolean
  /** When it was last known to have everything. */
  caughtUpAt: Date | undefined
  lastEventAt: Date | undefined
  readonly setAside: Set<string>
}

/** Somebody else has moved, or replaced, a table that this one took for its own. Nothing was written. */
export class CheckpointMoved extends Error {
  override readonly name = 'CheckpointMoved'
}

export type ApplyOptions<Event> = {
  readonly decoder: Decoder<Event>
  readonly pool: Pool
  readonly logger: Logger
  /** A failing fold throws `FoldFault` instead of setting its row aside. */
  readonly strict: boolean
  /** The transaction to write in; without it, one of its own. */
  readonly inside?: Queryable
}

type Work<Event> = { readonly target: Target<Event>; readonly move: Move; readonly changes: Changes }

const isBehind = (target: Target<never>, position: Position) =>
  target.checkpoint.position === undefined || comparePositions(target.checkpoint.position, position) < 0

const loadRows = async (database: Queryable, target: Target<never>, keys: readonly string[]): Promise<ReadonlyMap<string, RowData>> => {
  if (keys.length === 0) return new Map()
  const { table } = target.projection
  const { rows } = await database.query<RowData>(selectByKeys(table, target.physicalName), [keys])
  return new Map(rows.map((row) => [String(row[table.key]), row]))
}

const prepare = async <Event>(
  target: Target<Event>,
  events: readonly ReadEvent<Event>[],
  batch: Batch & { readonly position: Position },
  options: ApplyOptions<Event>,
): Promise<Work<Event>> => {
  const { projection, checkpoint, setAside } = target
  const planned = plan(projection, events, checkpoint.position, setAside)
  const rows = await loadRows(options.inside ?? options.pool, target, planned.keys)
  const changes = foldBatch(projection, planned, rows)
  const fault = changes.failures[0]
  if (options.strict && fault !== undefined) throw new FoldFault(nameOf(projection), fault)
  const fresh = batch.events.filter(({ position }) => checkpoint.position === undefined || comparePositions(position, checkpoint.position) > 0)
  const move: Move = {
    from: checkpoint,
    to: batch.position,
    lastEventAt: fresh.at(-1)?.created,
    events: fresh.filter(({ stream }) => projection.streamPrefixes.some((prefix) => stream.startsWith(prefix))).length,
    caughtUp: batch.caughtUp,
  }
  return { target, move, changes }
}

type Written = readonly (readonly FoldFailure[])[]

/** The compare-and-set comes first: from there on nobody else can be writing these tables. */
const write = async <Event>(client: Queryable, work: readonly Work<Event>[], singly: boolean): Promise<Written> => {
  if (!(await moveCheckpoints(client, work.map(({ move }) => move)))) {
    throw new CheckpointMoved(`the tables are not where they were left: ${work.map(({ target }) => nameOf(target.projection)).join(', ')}`)
  }
  const failures: (readonly FoldFailure[])[] = []
  for (const { target, changes, move } of work) {
    const { table } = target.projection
    if (!singly) await writeRows(client, table, target.physicalName, changes)
    const refused = singly ? await writeRowsSingly(client, table, target.physicalName, changes) : []
    const all = [...changes.failures, ...refused]
    await writeFailures(client, move.from.name, all)
    failures.push(all)
  }
  return failures
}

const commit = async <Event>(work: readonly Work<Event>[], { pool, inside, strict }: ApplyOptions<Event>): Promise<Written> => {
  if (inside !== undefined) return write(inside, work, false)
  try {
    return await inTransaction(pool, (client) => write(client, work, false))
  } catch (error) {
    if (strict || !isDataRefused(error)) throw error
    return inTransaction(pool, (client) => write(client, work, true))
  }
}

/**
 * Folds a batch into every table that is not yet so far, and writes rows and checkpoints in one transaction. Whatever it throws,
 * what is known of the tables here may be wrong afterwards (a commit whose answer was lost): read the checkpoints again.
 * @throws UnusableAnswer for a position that is none, before anything is written; CheckpointMoved, FoldFault when strict, and whatever the database says
 */
export const applyBatch = async <Event>(
  targets: readonly Target<Event>[],
  batch: Batch,
  options: ApplyOptions<Event>,
): Promise<void> => {
  const { position } = batch
  checkPlaces(batch)
  if (position === undefined) {
    for (const target of targets) noteCaughtUp(target, batch.caughtUp)
    return
  }
  // A table further on than the batch is neither moved back nor told that it has caught up.
  const due = targets.filter((target) => isBehind(target, position) || (isAt(target, position) && target.caughtUp !== batch.caughtUp))
  if (due.length === 0) return
  const events = decodeAll(options.decoder, batch.events)
  const work: Work<Event>[] = []
  for (const target of due) work.push(await prepare(target, events, { ...batch, position }, options))
  const failures = await commit(work, options)
  work.forEach(({ target, move }, index) => {
    target.checkpoint = { ...target.checkpoint, position: move.to }
    noteCaughtUp(target, move.caughtUp)
    target.lastEventAt = move.lastEventAt ?? target.lastEventAt
    report(target, failures[index] ?? [], options.logger)
  })
}

/** What could not be read back must not be written: with such a position in it, a table would stand still at the next start. */
const checkPlaces = ({ events, position }: Batch): void => {
  const wrong = events.find((event) => !isPlace(event.position))
  const at = wrong?.position ?? (position !== undefined && !isPlace(position) ? position : undefined)
  if (at === undefined) return
  const what = wrong === undefined ? 'a batch' : `${wrong.type} ${wrong.revision}@${wrong.stream}`
  throw new UnusableAnswer(`${what} is said to be at ${at.commit}/${at.prepare}, which is no place in a log; nothing of its batch is written`)
}

const noteCaughtUp = (target: Target<never>, caughtUp: boolean): void => {
  target.caughtUp = caughtUp
  if (caughtUp) target.caughtUpAt = new Date()
}

const isAt = (target: Target<never>, position: Position) =>
  target.checkpoint.position !== undefined && comparePositions(target.checkpoint.position, position) === 0

const report = <Event>(target: Target<Event>, failures: readonly FoldFailure[], logger: Logger): void => {
  for (const key of setAsideKeys(failures)) target.setAside.add(key)
  for (const { key, stored, error } of failures) {
    logger.error('a row is set aside: its fold failed', {
      projection: nameOf(target.projection), key, eventId: stored.id, eventType: stored.type, stream: stored.stream, error,
    })
  }
}
