import { UnusableAnswer } from '../event-store/port.ts'
import { comparePositions, isPlace, type Position } from '../event-store/position.ts'
import type { Logger } from '../observability/logger.ts'
import type { Batch } from '../subscriptions/message-buffer.ts'
import type { Move } from './checkpoints.ts'
import { setAsideKeys } from './failures.ts'
import {
  decodeAll,
  foldBatch,
  FoldFault,
  plan,
  type Changes,
  type Decoder,
  type FoldFailure,
  type ReadEvent,
} from './fold.ts'
import { foldPassedOn, planPassedOn } from './passed-on.ts'
import { nameOf, type Told } from './projection.ts'
import type { KnownRows, RememberedRows } from './remembered-rows.ts'
import type { RowStore, Work } from './row-store.ts'
import type { Target } from './target.ts'
import { storableJson } from './storable.ts'

/** Somebody else has moved, or replaced, a table that this one took for its own. Nothing was written. */
export class CheckpointMoved extends Error {
  override readonly name = 'CheckpointMoved'
}

export type ApplyOptions<Event> = {
  readonly decoder: Decoder<Event>
  readonly store: RowStore
  /** What is known of the tables without asking. Without it, every row is read. */
  readonly remembered?: RememberedRows | undefined
  readonly logger: Logger
  /** A failing fold throws `FoldFault` instead of setting its row aside, and the log is told nothing. */
  readonly strict: boolean
  /** Told all that the log is told as news. */
  readonly told?: ((told: Told) => void) | undefined
  /** What is folded is history, of which the log is told nothing. */
  readonly quiet?: boolean
}

const isBehind = (target: Target<never>, position: Position) =>
  target.checkpoint.position === undefined || comparePositions(target.checkpoint.position, position) < 0

/** The rows as they are now. Those that had to be read are remembered as they were found. */
const knowRows = async (
  target: Target<never>,
  keys: readonly string[],
  { store, remembered }: Pick<ApplyOptions<never>, 'store' | 'remembered'>,
): Promise<KnownRows> => {
  const { table } = target.projection
  const known = new Map(remembered?.known(table, keys))
  const unknown = keys.filter((key) => !known.has(key))
  if (unknown.length === 0) return known
  const read = await store.read(target, unknown)
  for (const key of unknown) {
    const row = read.get(key)
    known.set(key, row)
    if (row === undefined) remembered?.absent(table, key)
    else remembered?.wrote(table, key, storableJson(row))
  }
  return known
}

/** The rows of sums are read only once it is known which of them: most batches change one or two, which are remembered. */
const passOn = async <Event>(
  target: Target<Event>,
  { changes, passedOn }: ReturnType<typeof foldBatch>,
  options: ApplyOptions<Event>,
): Promise<Changes> => {
  const { steps, keys } = planPassedOn(passedOn, target.setAside)
  if (steps.length === 0) return changes
  return foldPassedOn(target.projection, changes, steps, await knowRows(target, keys, options))
}

const prepare = async <Event>(
  target: Target<Event>,
  events: readonly ReadEvent<Event>[],
  batch: Batch & { readonly position: Position },
  options: ApplyOptions<Event>,
): Promise<Work> => {
  const { projection, checkpoint, setAside } = target
  const planned = plan(projection, events, checkpoint.position, setAside)
  const folded = foldBatch(projection, planned, await knowRows(target, planned.keys, options))
  const changes = await passOn(target, folded, options)
  const fault = changes.failures[0]
  if (options.strict && fault !== undefined) throw new FoldFault(nameOf(projection), fault)
  const fresh = batch.events.filter(
    ({ position }) => checkpoint.position === undefined || comparePositions(position, checkpoint.position) > 0,
  )
  const move: Move = {
    from: checkpoint,
    to: batch.position,
    lastEventAt: fresh.at(-1)?.created,
    events: fresh.filter(({ stream }) => projection.streamPrefixes.some((prefix) => stream.startsWith(prefix))).length,
    caughtUp: batch.caughtUp,
  }
  const rows = new Map([...changes.upserts].map(([key, row]) => [key, storableJson(row)]))
  return { target, move, changes, rows }
}

/**
 * Folds a batch into every table that is not yet so far, and has rows and checkpoints written as one. Whatever it throws, what is known
 * of the tables here may be wrong afterwards (a commit whose answer was lost): read the checkpoints again, and remember nothing.
 * @throws UnusableAnswer for a position that is none, before anything is written; CheckpointMoved, FoldFault when strict, and whatever
 * the store says
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
  const due = targets.filter(
    (target) => isBehind(target, position) || (isAt(target, position) && target.caughtUp !== batch.caughtUp),
  )
  if (due.length === 0) return
  const events = decodeAll(options.decoder, batch.events)
  const work: Work[] = []
  for (const target of due) work.push(await prepare(target, events, { ...batch, position }, options))
  const { failures, singly } = await options.store.write(work)
  remember(work, options.remembered, singly || failures.some(({ length }) => length > 0))
  work.forEach(({ target, move, changes }, index) => {
    target.checkpoint = { ...target.checkpoint, position: move.to }
    noteCaughtUp(target, move.caughtUp)
    target.lastEventAt = move.lastEventAt ?? target.lastEventAt
    report(target, failures[index] ?? [], options.logger)
    if (!options.strict && options.quiet !== true) tell(changes.told, options)
  })
}

/** What could not be read back must not be written: with such a position in it, a table would stand still at the next start. */
const checkPlaces = ({ events, position }: Batch): void => {
  const wrong = events.find((event) => !isPlace(event.position))
  const at = wrong?.position ?? (position !== undefined && !isPlace(position) ? position : undefined)
  if (at === undefined) return
  const what = wrong === undefined ? 'a batch' : `${wrong.type} ${wrong.revision}@${wrong.stream}`
  throw new UnusableAnswer(
    `${what} is said to be at ${at.commit}/${at.prepare}, which is no place in a log; nothing of its batch is written`,
  )
}

/** What was written is known from now on; unless some of it was not. */
const remember = (work: readonly Work[], remembered: RememberedRows | undefined, inDoubt: boolean): void => {
  if (inDoubt) return remembered?.forgetAll()
  for (const {
    target: {
      projection: { table },
    },
    changes,
    rows,
  } of work) {
    if (table.appendOnly === true) continue
    for (const [key, row] of rows) remembered?.wrote(table, key, row)
    // Also one that came and went within the batch: whoever asks next need not look.
    for (const key of changes.causes.keys()) if (!rows.has(key)) remembered?.absent(table, key)
  }
}

const noteCaughtUp = (target: Target<never>, caughtUp: boolean): void => {
  target.caughtUp = caughtUp
  if (caughtUp) target.caughtUpAt = new Date()
}

const isAt = (target: Target<never>, position: Position) =>
  target.checkpoint.position !== undefined && comparePositions(target.checkpoint.position, position) === 0

/** What happened longer ago is history, as a table that is filled for the first time sees it. */
const newsForMs = 15 * 60_000

const tell = (lines: Changes['told'], { logger, told }: Pick<ApplyOptions<never>, 'logger' | 'told'>): void => {
  for (const { message, fields, at } of lines) {
    const isNews = Date.now() - at.getTime() <= newsForMs
    logger[isNews ? 'info' : 'debug'](message, fields)
    if (isNews) told?.({ message, fields })
  }
}

const report = <Event>(target: Target<Event>, failures: readonly FoldFailure[], logger: Logger): void => {
  for (const key of setAsideKeys(failures)) target.setAside.add(key)
  for (const { key, stored, error } of failures) {
    logger.error('a row is set aside: its fold failed', {
      projection: nameOf(target.projection),
      key,
      eventId: stored.id,
      eventType: stored.type,
      stream: stored.stream,
      error,
    })
  }
}
