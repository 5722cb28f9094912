import { setTimeout as sleep } from 'node:timers/promises'
import { comparePositions, positionFromText, type Position } from '../../infrastructure/event-store/position.ts'
import type { Queryable } from '../../infrastructure/postgres/pool.ts'

/** How far all of these tables are: the least of their positions; undefined as long as one of them is not there or empty. */
export const positionOfTables = async (
  database: Queryable,
  names: readonly string[],
): Promise<Position | undefined> => {
  const { rows } = await database.query<{ position: string | null }>(
    `select case when count(position) = $2 then min(position) end as position
     from projection_checkpoints where name = any($1::text[])`,
    [names, names.length],
  )
  const position = rows[0]?.position ?? undefined
  return position === undefined ? undefined : positionFromText(position)
}

/** Waits until all of these tables have come as far as `wanted`; false when they have not within the limit. */
export const waitForTables = async (
  database: Queryable,
  names: readonly string[],
  wanted: Position,
  limitMs: number,
): Promise<boolean> => {
  const deadline = performance.now() + limitMs
  for (;;) {
    const position = await positionOfTables(database, names)
    if (position !== undefined && comparePositions(position, wanted) >= 0) return true
    if (performance.now() >= deadline) return false
    await sleep(25)
  }
}
