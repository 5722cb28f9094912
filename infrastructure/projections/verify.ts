import pg from 'pg'
import { isDatabaseAway } from '../postgres/errors.ts'
import { CheckpointMoved } from './apply-batch.ts'
import { rebuildNameOf, readable, readCheckpoints } from './checkpoints.ts'
import { compareTables } from './compare-tables.ts'
import { fill, type Reading } from './fill.ts'
import { holdStill } from './hold-still.ts'
import { nameOf } from './projection.ts'
import type { Target } from './target.ts'
import type { Verification } from './verification.ts'

/** Near enough for the rest to be read while the live table stands still. */
const nearMs = 1_000
const mostRounds = 10
/** Others take a rebuild that writes nothing for longer than this, three times over, for one that was killed. */
const beatMs = 5_000

/** Up to where the live table stands, which goes on meanwhile; never past it, since it may stand still. */
const approach = async <Event>(target: Target<Event>, reading: Reading<Event>): Promise<void> => {
  const name = nameOf(reading.projection)
  for (let round = 0; round < mostRounds; round += 1) {
    const live = (await readCheckpoints(reading.pool, [name])).get(name)
    const until = live && readable(live)?.position
    if (until === undefined || !(await reading.holds(until))) return
    const began = performance.now()
    await fill(target, reading, { until })
    if (performance.now() - began < nearMs) return
  }
}

/**
 * The last few events are read while the live table stands still. From there on this connection sees both as they were then, while they
 * go on: nobody waits for the comparison. Answers why they cannot be compared.
 */
const seeBoth = async <Event>(
  client: pg.Client,
  target: Target<Event>,
  reading: Reading<Event>,
  generation: number,
): Promise<string | undefined> =>
  holdStill(reading, generation, async ({ live, reached, limit }) => {
    if (reached === undefined && live.position !== null)
      return 'the live table stands at a place that the log has not, so that there is none at which both could be compared'
    if (reached !== undefined) await fill(target, reading, { until: reached, limit })
    await client.query('begin transaction isolation level repeatable read read only')
    // It sees from its first statement on.
    await client.query('select 1')
    return undefined
  })

const compare = async <Event>(
  client: pg.Client,
  { projection, logger, signal }: Reading<Event>,
): Promise<Verification> => {
  const live = nameOf(projection)
  try {
    return await compareTables(client, { table: projection.table, live, beside: rebuildNameOf(live) })
  } catch (error) {
    if (signal.aborted || isDatabaseAway(error)) throw error
    // A table that was built right is not held back because the database has no room to compare it in.
    logger.warn('a table that is built anew could not be compared with the live one', { projection: live, error })
    return { compared: false, reason: error instanceof Error ? error.message : String(error) }
  }
}

const counts = (found: Verification) =>
  found.compared
    ? {
        rows: found.rows,
        onlyLive: found.onlyLive.count,
        onlyNew: found.onlyNew.count,
        different: found.different.count,
      }
    : found

/**
 * Compares a table that is built anew with the live one, row by row, where both stand at the same place of the log. What is found is
 * kept beside its checkpoint, and goes with it when it is swapped in. On a connection of its own, without a limit of time.
 */
export const verify = async <Event>(
  target: Target<Event>,
  reading: Reading<Event>,
  generation: number,
): Promise<Verification> => {
  const { pool, databaseUrl, logger, signal, projection, onVerifying } = reading
  await approach(target, reading)
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'verification', keepAlive: true })
  // It is cut off when the rebuild is stopped.
  client.on('error', () => undefined)
  const cutOff = () => void client.end().catch(() => undefined)
  const note = async (what: string, ...values: readonly string[]) => {
    const { rowCount } = await pool.query(
      `update projection_checkpoints set ${what}, updated_at = now() where name = $1`,
      [target.physicalName, ...values],
    )
    if (rowCount !== 1) throw new CheckpointMoved(`${target.physicalName} is gone`)
  }
  const beat = () =>
    void note('verifying = true').catch((error: unknown) =>
      logger.debug('a rebuild could not say that it goes on', { error }),
    )
  let heart: NodeJS.Timeout | undefined
  try {
    await client.connect()
    signal.addEventListener('abort', cutOff, { once: true })
    // It may have come before anybody listened.
    signal.throwIfAborted()
    const refusal = await seeBoth(client, target, reading, generation)
    onVerifying?.()
    await note('verifying = true')
    heart = setInterval(beat, beatMs)
    const found: Verification =
      refusal === undefined ? await compare(client, reading) : { compared: false, reason: refusal }
    await note('verifying = false, verification = $2', JSON.stringify(found))
    logger.info('rebuild compared with the live table', { projection: nameOf(projection), ...counts(found) })
    return found
  } finally {
    clearInterval(heart)
    signal.removeEventListener('abort', cutOff)
    await client.end().catch(() => undefined)
  }
}
