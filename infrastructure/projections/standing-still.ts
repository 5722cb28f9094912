import type { Queryable } from '../postgres/pool.ts'
import { storableText } from './storable.ts'

/** For a table: why nothing happens to it; undefined where it is kept up to date. */
export type Reasons = ReadonlyMap<string, string | undefined>

/** Writes down, beside the positions, which tables stand still and why. A table that does has not caught up, whatever was said before. Where nothing is otherwise, nothing is written, so that it can be said again and again: a rebuild by somebody else may have unsaid it. */
export const writeStandingStill = async (database: Queryable, reasons: Reasons): Promise<void> => {
  const wanted = [...reasons].map(([name, reason]) => ({
    name,
    reason: reason === undefined ? null : storableText(reason),
  }))
  await database.query(
    `update projection_checkpoints c
     set stands_still = m.reason, caught_up = c.caught_up and m.reason is null
     from jsonb_to_recordset($1::jsonb) as m(name text, reason text)
     where c.name = m.name and c.stands_still is distinct from m.reason`,
    [JSON.stringify(wanted)],
  )
}
