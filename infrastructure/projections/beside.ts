import { tryLeadership } from '../postgres/leadership.ts'
import { inTransaction } from '../postgres/pool.ts'
import type { Position } from '../event-store/position.ts'
import { backoffMs } from '../time/back-off.ts'
import { pause } from '../time/waiting.ts'
import { CheckpointMoved } from './apply-batch.ts'
import type { BesideOptions, Replaced } from './beside-options.ts'
import { readable, readCheckpoints } from './checkpoints.ts'
import { fill, ReadingEnded, type Reading } from './fill.ts'
import { holdStill } from './hold-still.ts'
import { attemptsApart, isPassingFault } from './passing-fault.ts'
import { nameOf } from './projection.ts'
import { createRememberedRows } from './remembered-rows.ts'
import { ReplacementRefused, ReplacementUnderWay } from './replacement-refused.ts'
import type { Swap } from './swap.ts'
import { dropTable, replacementLock, setAsideRows } from './tables.ts'
import type { Target } from './target.ts'
import type { Verification } from './verification.ts'
import { verify } from './verify.ts'

/** How a table that stands beside the live one comes to its place. */
export type Replacement = {
  readonly what: 'rebuild' | 'rollback'
  /** Of the live table that is meant; none else is replaced. */
  readonly generation: number
  /** Undefined where it is compared alone, and dropped. */
  readonly swap: Swap | undefined
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

/** Catches up, and then once more while the live table stands still. */
const finish = async <Event>(
  target: Target<Event>,
  reading: Reading<Event>,
  { generation, swap }: { readonly generation: number; readonly swap: Swap },
): Promise<void> => {
  await fill(target, reading)
  await holdStill(reading, generation, async ({ client, reached, limit }) => {
    await fill(target, reading, { until: reached, inside: client, limit })
    await swap(client, nameOf(reading.projection), { live: reached, beside: target.checkpoint.position })
  })
}

/**
 * Brings a table beside the live one to where that is, while it goes on, and puts it in its place in one transaction. A store that is
 * away is waited for. Whoever keeps the live table up to date finds its compare-and-set lost, and reads the new one. One that was built
 * anew is compared with the live one before.
 * @throws ReplacementRefused when `signal` aborts, FoldFault, CheckpointMoved
 */
const bringIn = async <Event>(
  target: Target<Event>,
  options: BesideOptions<Event>,
  replacement: Replacement,
): Promise<Replaced> => {
  const { projection, pool, logger, signal } = options
  const { what, generation, swap } = replacement
  const name = nameOf(projection)
  const started = performance.now()
  let events = 0
  let verification: Verification | undefined
  const onBatch = (count: number, position: Position) => {
    events += count
    options.onProgress?.(events, position)
  }
  for (let attempt = 0; ; attempt += 1) {
    try {
      if (attempt > 0) await reload(target, options)
      const reading: Reading<Event> = { ...options, onBatch, remembered: createRememberedRows() }
      if (what === 'rebuild') verification ??= await verify(target, reading, generation)
      if (swap === undefined) await inTransaction(pool, (client) => dropTable(client, target.physicalName))
      else await finish(target, reading, { generation, swap })
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
  const dryRun = swap === undefined
  logger.info(`${what} completed`, {
    projection: name,
    version: projection.version,
    events,
    durationMs,
    setAside,
    ...(dryRun && { dryRun }),
  })
  return { events, durationMs, setAside, ...(verification && { verification }), ...(dryRun && { dryRun }) }
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
