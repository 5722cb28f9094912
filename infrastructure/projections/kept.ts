import type { Logger } from '../observability/logger.ts'
import { triesLock } from '../postgres/leadership.ts'
import { inTransaction, type Pool } from '../postgres/pool.ts'
import { keptNameOf } from './checkpoints.ts'
import { dropTable, replacementLock } from './tables.ts'

const old = `select name from projection_checkpoints
  where name = any($1::text[]) and updated_at <= now() - $2::float8 * interval '1 millisecond'`

/** Not while somebody puts it back: what is under way may have taken longer than a table is kept. */
const dropOne = (pool: Pool, name: string, keptMs: number): Promise<boolean> =>
  inTransaction(pool, async (client) => {
    const kept = keptNameOf(name)
    if (!(await triesLock(client, replacementLock(name)))) return false
    const { rowCount } = await client.query(old, [[kept], keptMs])
    if (rowCount !== 1) return false
    await dropTable(client, kept)
    return true
  })

/** Drops the tables that were replaced longer ago than `keptMs`, and that nobody has put back. Answers whose they were. */
export const dropOldKept = async (pool: Pool, names: readonly string[], keptMs: number): Promise<readonly string[]> => {
  const { rows } = await pool.query<{ name: string }>(old, [names.map(keptNameOf), keptMs])
  const due = names.filter((name) => rows.some((row) => row.name === keptNameOf(name)))
  const dropped: string[] = []
  for (const name of due) if (await dropOne(pool, name, keptMs)) dropped.push(name)
  return dropped
}

export type KeepingOptions = {
  readonly pool: Pool
  readonly names: readonly string[]
  /** How long a table that was replaced is kept, in milliseconds. */
  readonly keptMs: number
  readonly logger: Logger
}

const lookEveryMs = 60_000

/** To be called again and again by whoever keeps the live tables; looks once a minute, or as often as `keptMs` would have it. */
export const createKeeping = ({ pool, names, keptMs, logger }: KeepingOptions): (() => Promise<void>) => {
  let lookedAt = -Infinity
  return async () => {
    if (performance.now() - lookedAt < Math.min(lookEveryMs, keptMs)) return
    lookedAt = performance.now()
    for (const projection of await dropOldKept(pool, names, keptMs))
      logger.info('the table that a rebuild had replaced is dropped: nobody has put it back', { projection })
  }
}
