import type { AllReader } from '../event-store/port.ts'
import { comparePositions, positionToText, type Position } from '../event-store/position.ts'
import type { Logger } from '../observability/logger.ts'
import { inTransaction, type Pool, type Queryable } from '../postgres/pool.ts'
import { tryLeadership } from '../postgres/leadership.ts'
import type { Batch } from '../subscriptions/message-buffer.ts'
import { backoffMs } from '../time/back-off.ts'
import { pause } from '../time/waiting.ts'
import { applyBatch, CheckpointMoved, type Target } from './apply-batch.ts'
import { lockCheckpoint, readable, readCheckpoints, rebuildNameOf, type Checkpoint } from './checkpoints.ts'
import type { Decoder } from './fold.ts'
import { attemptsApart, isPassingFault } from './passing-fault.ts'
import { nameOf, type AnyProjection } from './projection.ts'
import { postgresRows, rowsInside } from './postgres-rows.ts'
import { createRememberedRows, type RememberedRows } from './remembered-rows.ts'
import { createTable, setAsideRows, targetOf } from './tables.ts'

/** Batches of `$all` after a place, for as long as they are asked for. Ends when `signal` aborts. */
export type Source = (options: {
  readonly after: Position | 'start'
  readonly streamPrefixes: readonly string[]
  readonly signal: AbortSignal
}) => AsyncIterable<Batch>

export type RebuildOptions<Event> = {
  readonly projection: AnyProjection<Event>
  readonly decoder: Decoder<Event>
  readonly source: Source
  readonly holds: AllReader['holds']
  readonly pool: Pool
  readonly databaseUrl: string
  readonly logger: Logger
  readonly signal: AbortSignal
  /** A row that cannot be folded is set aside, as in the live table, instead of ending the rebuild. */
  readonly setsAside?: boolean
  /** Nobody else builds it anew, from here on. */
  readonly onBegun?: () => void
  /** After each batch: how many events were read in all, and up to where. */
  readonly onProgress?: (events: number, position: Position) => void
  /** How long the live table may be kept waiting for the last few events, in milliseconds. */
  readonly swapLimitMs?: number
}

/** `events`: how many were read, those not folded included; `setAside`: how many rows. */
export type Rebuilt = { readonly events: number; readonly durationMs: number; readonly setAside: number }

/** Why a rebuild did not begin, or did not come to its end. The live table is as it was. */
export class RebuildRefused extends Error {
  override readonly name = 'RebuildRefused'
}

/** Somebody else is at it. */
export class RebuildUnderWay extends RebuildRefused {}

/** The reading ended before there was nothing left to read: it was stopped, or took too long under the lock. */
class ReadingEnded extends Error {
  override readonly name = 'ReadingEnded'
}

const begin = async <Event>({ projection, pool }: RebuildOptions<Event>): Promise<Target<Event>> => {
  const { table, version } = projection
  const physicalName = rebuildNameOf(table.name)
  const checkpoint = await inTransaction(pool, async (client) => {
    const live = (await readCheckpoints(client, [table.name])).get(table.name)
    if (live === undefined)
      throw new RebuildRefused(`there is no table ${table.name} yet: it is built when the projections start`)
    return createTable(client, table, { physicalName, version, generation: live.generation + 1 })
  })
  return targetOf(projection, checkpoint)
}

type Reading<Event> = RebuildOptions<Event> & {
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

const swap = async (
  client: Queryable,
  name: string,
  live: Position | undefined,
  rebuilt: Checkpoint,
): Promise<void> => {
  const beside = rebuildNameOf(name)
  await client.query(`drop table "${name}"`)
  await client.query(`alter table "${beside}" rename to "${name}"`)
  await client.query('delete from projection_failures where name = $1', [name])
  await client.query('update projection_failures set name = $1 where name = $2', [name, beside])
  // Never back: where the live table has seen further, nothing of interest lies between, as the reading under the lock has shown.
  const further = [live, rebuilt.position]
    .filter((position) => position !== undefined)
    .sort(comparePositions)
    .at(-1)
  await client.query(
    `update projection_checkpoints live
     set version = built.version, generation = built.generation, position = $3, events = built.events,
         last_event_at = coalesce(built.last_event_at, live.last_event_at), updated_at = now(), stands_still = null
     from projection_checkpoints built where live.name = $1 and built.name = $2`,
    [name, beside, further === undefined ? null : positionToText(further)],
  )
  await client.query('delete from projection_checkpoints where name = $1', [beside])
}

/**
 * With the live checkpoint locked the live table stands still, at P. What was in the log by then is read to its end by a subscription
 * that begins after the lock: when it has caught up, or has passed P, the new table has everything that the live one has.
 */
const finish = async <Event>(target: Target<Event>, options: Reading<Event>): Promise<void> => {
  const name = nameOf(options.projection)
  const limitMs = options.swapLimitMs ?? 8_000
  await inTransaction(options.pool, async (client) => {
    await client.query(`set local lock_timeout = ${limitMs}`)
    const live = await lockCheckpoint(client, name)
    if (live === undefined || live.generation !== target.checkpoint.generation - 1) {
      throw new CheckpointMoved(`${name} was replaced by another rebuild`)
    }
    // A place that can't be read, or that another log gave out, is none to be reached.
    const stood = readable(live)?.position
    const reached = stood !== undefined && (await options.holds(stood)) ? stood : undefined
    await fill(target, options, { until: reached, inside: client, limit: AbortSignal.timeout(limitMs) })
    await swap(client, name, reached, target.checkpoint)
  })
}

/** What the database says of the table: after a fault, what is known here may be wrong. The event store may have been put back meanwhile. */
const reload = async <Event>(target: Target<Event>, { pool, holds }: RebuildOptions<Event>): Promise<void> => {
  const stored = (await readCheckpoints(pool, [target.physicalName])).get(target.physicalName)
  const checkpoint = stored && readable(stored)
  if (checkpoint?.generation !== target.checkpoint.generation)
    throw new CheckpointMoved(`${target.physicalName} is gone`)
  if (checkpoint.position !== undefined && !(await holds(checkpoint.position))) {
    throw new RebuildRefused(`${target.physicalName} was begun from another log than the event store has now`)
  }
  target.checkpoint = checkpoint
  const setAside = (await setAsideRows(pool, [target.physicalName])).get(target.physicalName) ?? []
  target.setAside.clear()
  for (const key of setAside) target.setAside.add(key)
}

/**
 * Builds the table anew from the first event, beside the live one, and puts it in its place once it has caught up; the live table is
 * kept up to date meanwhile by whoever does that, who then finds its compare-and-set lost and reads the new one. Strict unless told
 * otherwise: the first event that cannot be folded ends it, and the live table stays. A store that is away is waited for. Killed half-way, nothing has
 * happened but a table that the next rebuild drops; it begins from the first event, since the fold may have changed meanwhile.
 * @throws RebuildRefused when another rebuild of it runs or `signal` aborts, FoldFault
 */
export const rebuildProjection = async <Event>(options: RebuildOptions<Event>): Promise<Rebuilt> => {
  const { projection, databaseUrl, logger, signal } = options
  const name = nameOf(projection)
  const lock = await tryLeadership({ url: databaseUrl, name: `rebuild of ${name}` })
  if (lock === undefined) throw new RebuildUnderWay(`${name} is being rebuilt by somebody else already`)
  options.onBegun?.()
  let events = 0
  const onBatch = (count: number, position: Position) => {
    events += count
    options.onProgress?.(events, position)
  }
  const guarded = { ...options, signal: AbortSignal.any([signal, lock.signal]), onBatch }
  const started = performance.now()
  try {
    const target = await begin(guarded)
    for (let attempt = 0; ; attempt += 1) {
      try {
        if (attempt > 0) await reload(target, guarded)
        const reading: Reading<Event> = { ...guarded, remembered: createRememberedRows() }
        await fill(target, reading)
        await finish(target, reading)
        break
      } catch (error) {
        if (guarded.signal.aborted)
          throw new RebuildRefused(`the rebuild of ${name} was stopped before its end`, { cause: error })
        if (!(error instanceof ReadingEnded) && !isPassingFault(error)) throw error
        logger.warn('rebuild interrupted; retrying', { projection: name, error })
        await pause(backoffMs(attempt, attemptsApart), guarded.signal)
      }
    }
    const durationMs = Math.round(performance.now() - started)
    const setAside = target.setAside.size
    logger.info('rebuild completed', { projection: name, version: projection.version, events, durationMs, setAside })
    return { events, durationMs, setAside }
  } finally {
    await lock.release()
  }
}
