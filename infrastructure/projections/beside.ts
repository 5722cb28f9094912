import type { AllReader } from '../event-store/port.ts'
import { comparePositions, type Position } from '../event-store/position.ts'
import type { Logger } from '../observability/logger.ts'
import { tryLeadership } from '../postgres/leadership.ts'
import { inTransaction, type Pool, type Queryable } from '../postgres/pool.ts'
import { backoffMs } from '../time/back-off.ts'
import { pause } from '../time/waiting.ts'
import { applyBatch, CheckpointMoved } from './apply-batch.ts'
import type { Target } from './target.ts'
import { lockCheckpoint, readable, readCheckpoints } from './checkpoints.ts'
import type { Decoder } from './fold.ts'
import { attemptsApart, isPassingFault } from './passing-fault.ts'
import { nameOf, type AnyProjection } from './projection.ts'
import { postgresRows, rowsInside } from './postgres-rows.ts'
import { createRememberedRows, type RememberedRows } from './remembered-rows.ts'
import { ReplacementRefused, ReplacementUnderWay } from './replacement-refused.ts'
import type { Source } from './source.ts'
import type { Swap } from './swap.ts'
import { replacementLock, setAsideRows } from './tables.ts'

export type BesideOptions<Event> = {
  readonly projection: AnyProjection<Event>
  readonly decoder: Decoder<Event>
  readonly source: Source
  readonly holds: AllReader['holds']
  readonly pool: Pool
  readonly databaseUrl: string
  readonly logger: Logger
  readonly signal: AbortSignal
  /** A row that cannot be folded is set aside, as in the live table, instead of ending it all. */
  readonly setsAside?: boolean
  /** It is not refused, and nobody else replaces the table, from here on. */
  readonly onBegun?: () => void
  /** After each batch: how many events were read in all, and up to where. */
  readonly onProgress?: (events: number, position: Position) => void
  /** How long the live table may be kept waiting for the last few events, in milliseconds. */
  readonly swapLimitMs?: number
}

/** `events`: how many were read, those not folded included; `setAside`: how many rows. */
export type Replaced = { readonly events: number; readonly durationMs: number; readonly setAside: number }

/** The reading ended before there was nothing left to read: it was stopped, or took too long under the lock. */
class ReadingEnded extends Error {
  override readonly name = 'ReadingEnded'
}

type Reading<Event> = BesideOptions<Event> & {
  readonly onBatch: (events: number, position: Position) => void
  /** Of one attempt. */
  readonly remembered: RememberedRows
}

/** Reads until nothing newer is there, or the table is at `until`. */
const fill = async <Event>(
  target: Target<Event>,
  { source, decoder, pool, logger, projection, signal, setsAside, onBatch, remembered }: Reading<Event>,
  {
    until,
    inside,
    limit,
  }: { readonly until?: Position | undefined; readonly inside?: Queryable; readonly limit?: AbortSignal } = {},
): Promise<void> => {
  const reading = new AbortController()
  const signals = [signal, reading.signal, ...(limit === undefined ? [] : [limit])]
  const strict = setsAside !== true
  const store = inside === undefined ? postgresRows({ pool, strict }) : rowsInside(inside, { strict })
  try {
    const after = target.checkpoint.position ?? 'start'
    for await (const batch of source({
      after,
      streamPrefixes: projection.streamPrefixes,
      signal: AbortSignal.any(signals),
    })) {
      await applyBatch([target], batch, { decoder, store, remembered, logger, strict, quiet: true })
      const { position } = target.checkpoint
      if (position !== undefined) onBatch(batch.events.length, position)
      if (batch.caughtUp) return
      if (until !== undefined && position !== undefined && comparePositions(position, until) >= 0) return
    }
  } finally {
    reading.abort()
  }
  throw new ReadingEnded('the reading was ended before it had caught up')
}

/** How a table that stands beside the live one comes to its place. */
export type Replacement = {
  readonly what: 'rebuild' | 'rollback'
  /** Of the live table that is meant; none else is replaced. */
  readonly generation: number
  readonly swap: Swap
}

/**
 * With the live checkpoint locked the live table stands still, at P. What was in the log by then is read to its end by a subscription
 * that begins after the lock: when it has caught up, or has passed P, the new table has everything that the live one has.
 */
const finish = async <Event>(
  target: Target<Event>,
  options: Reading<Event>,
  { generation, swap }: Replacement,
): Promise<void> => {
  const name = nameOf(options.projection)
  const limitMs = options.swapLimitMs ?? 8_000
  await inTransaction(options.pool, async (client) => {
    await client.query(`set local lock_timeout = ${limitMs}`)
    // Before the checkpoint's: a statement of the engine has locked its tables by the time it waits for a checkpoint, and the swap would
    // wait for it in turn. Readers go on.
    await client.query(`lock table "${name}" in share row exclusive mode`)
    const live = await lockCheckpoint(client, name)
    if (live?.generation !== generation) throw new CheckpointMoved(`${name} was replaced by somebody else`)
    // A place that can't be read, or that another log gave out, is none to be reached.
    const stood = readable(live)?.position
    const reached = stood !== undefined && (await options.holds(stood)) ? stood : undefined
    await fill(target, options, { until: reached, inside: client, limit: AbortSignal.timeout(limitMs) })
    await swap(client, name, { live: reached, beside: target.checkpoint.position })
  })
}

/** What the database says of the table: after a fault, what is known here may be wrong. The event store may have been put back meanwhile. */
const reload = async <Event>(target: Target<Event>, { pool, holds }: BesideOptions<Event>): Promise<void> => {
  const stored = (await readCheckpoints(pool, [target.physicalName])).get(target.physicalName)
  const checkpoint = stored && readable(stored)
  if (checkpoint?.generation !== target.checkpoint.generation)
    throw new CheckpointMoved(`${target.physicalName} is gone`)
  if (checkpoint.position !== undefined && !(await holds(checkpoint.position))) {
    throw new ReplacementRefused(`${target.physicalName} was begun from another log than the event store has now`)
  }
  target.checkpoint = checkpoint
  const setAside = (await setAsideRows(pool, [target.physicalName])).get(target.physicalName) ?? []
  target.setAside.clear()
  for (const key of setAside) target.setAside.add(key)
}

/**
 * Brings a table beside the live one to where that is, while it goes on, and puts it in its place in one transaction. A store that is
 * away is waited for. Whoever keeps the live table up to date finds its compare-and-set lost, and reads the new one.
 * @throws ReplacementRefused when `signal` aborts, FoldFault, CheckpointMoved
 */
const bringIn = async <Event>(
  target: Target<Event>,
  options: BesideOptions<Event>,
  replacement: Replacement,
): Promise<Replaced> => {
  const { projection, logger, signal } = options
  const { what } = replacement
  const name = nameOf(projection)
  const started = performance.now()
  let events = 0
  const onBatch = (count: number, position: Position) => {
    events += count
    options.onProgress?.(events, position)
  }
  for (let attempt = 0; ; attempt += 1) {
    try {
      if (attempt > 0) await reload(target, options)
      const reading: Reading<Event> = { ...options, onBatch, remembered: createRememberedRows() }
      await fill(target, reading)
      await finish(target, reading, replacement)
      break
    } catch (error) {
      if (signal.aborted)
        throw new ReplacementRefused(`the ${what} of ${name} was stopped before its end`, { cause: error })
      if (!(error instanceof ReadingEnded) && !isPassingFault(error)) throw error
      logger.warn(`${what} interrupted; retrying`, { projection: name, error })
      await pause(backoffMs(attempt, attemptsApart), signal)
    }
  }
  const durationMs = Math.round(performance.now() - started)
  const setAside = target.setAside.size
  logger.info(`${what} completed`, { projection: name, version: projection.version, events, durationMs, setAside })
  return { events, durationMs, setAside }
}

/**
 * Replaces the live table by the one that `begin` gives. Killed at any moment, either has happened wholly or nothing has.
 * @throws ReplacementUnderWay when somebody else replaces it, and what `begin` and `bringIn` say
 */
export const replaceTable = async <Event>(
  options: BesideOptions<Event>,
  begin: (options: BesideOptions<Event>) => Promise<{ readonly target: Target<Event> } & Replacement>,
): Promise<Replaced> => {
  const { projection, databaseUrl, signal } = options
  const name = nameOf(projection)
  const lock = await tryLeadership({ url: databaseUrl, name: replacementLock(name) })
  if (lock === undefined) throw new ReplacementUnderWay(`${name} is being replaced by somebody else already`)
  try {
    const guarded = { ...options, signal: AbortSignal.any([signal, lock.signal]) }
    const { target, ...replacement } = await begin(guarded)
    options.onBegun?.()
    return await bringIn(target, guarded, replacement)
  } finally {
    await lock.release()
  }
}
