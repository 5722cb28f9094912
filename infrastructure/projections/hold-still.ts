import type { Position } from '../event-store/position.ts'
import { inTransaction, type Queryable } from '../postgres/pool.ts'
import { CheckpointMoved } from './apply-batch.ts'
import type { BesideOptions } from './beside-options.ts'
import { lockCheckpoint, readable, type StoredCheckpoint } from './checkpoints.ts'
import { nameOf } from './projection.ts'

/** A live table that stands still. */
export type HeldStill = {
  readonly client: Queryable
  readonly live: StoredCheckpoint
  /** Where it stands. A place that can't be read, or that another log gave out, is none to be reached. */
  readonly reached: Position | undefined
  /** When it has been kept waiting for long enough. */
  readonly limit: AbortSignal
}

/**
 * Within a transaction that has the live table's checkpoint locked: it is read, and not written. What was in the log by then is read to
 * its end by a subscription that begins after the lock: when that has caught up, or has passed where the live table stands, nothing is
 * missing of what that one has.
 * @throws CheckpointMoved when the live table is not of this generation any more
 */
export const holdStill = async <Event, Result>(
  { projection, pool, holds, swapLimitMs: limitMs = 8_000 }: BesideOptions<Event>,
  generation: number,
  work: (held: HeldStill) => Promise<Result>,
): Promise<Result> => {
  const name = nameOf(projection)
  return inTransaction(pool, async (client) => {
    await client.query(`set local lock_timeout = ${limitMs}`)
    // Before the checkpoint's: a statement of the engine has locked its tables by the time it waits for a checkpoint, and a swap would
    // wait for it in turn. Readers go on.
    await client.query(`lock table "${name}" in share row exclusive mode`)
    const live = await lockCheckpoint(client, name)
    if (live?.generation !== generation) throw new CheckpointMoved(`${name} was replaced by somebody else`)
    const stood = readable(live)?.position
    const reached = stood !== undefined && (await holds(stood)) ? stood : undefined
    return work({ client, live, reached, limit: AbortSignal.timeout(limitMs) })
  })
}
