import { comparePositions, positionToText, type Position } from '../event-store/position.ts'
import type { Queryable } from '../postgres/pool.ts'
import { keptNameOf, rebuildNameOf } from './checkpoints.ts'
import { storableText } from './storable.ts'
import { dropTable, renameTable } from './tables.ts'

/** Where the two tables stand; of the live one undefined too where that is no place to be reached. */
export type Stands = { readonly live: Position | undefined; readonly beside: Position | undefined }

/** Puts another table in the place of the live one. Within a transaction that has its checkpoint locked. */
export type Swap = (client: Queryable, name: string, stands: Stands) => Promise<void>

/** Never back: where the live table has seen further, nothing of interest lies between, as the reading under the lock has shown. */
const furthest = ({ live, beside }: Stands): string | null => {
  const further = [live, beside]
    .filter((position) => position !== undefined)
    .sort(comparePositions)
    .at(-1)
  return further === undefined ? null : positionToText(further)
}

/** The table that has come into the place goes on where the one before it stood, under a generation that there has not been yet. */
const takeOn = async (client: Queryable, name: string, stands: Stands): Promise<void> => {
  await client.query(
    `update projection_checkpoints live
     set generation = before.generation + 1, position = $3, updated_at = now(), stands_still = null, verifying = false,
         caught_up = before.caught_up, last_event_at = coalesce(live.last_event_at, before.last_event_at)
     from projection_checkpoints before where live.name = $1 and before.name = $2`,
    [name, keptNameOf(name), furthest(stands)],
  )
  // From now on it is kept.
  await client.query('update projection_checkpoints set updated_at = now() where name = $1', [keptNameOf(name)])
}

/** The one that was built anew; the live one is kept, and the one that was kept until now is dropped. */
export const swapIn: Swap = async (client, name, stands) => {
  const kept = keptNameOf(name)
  await dropTable(client, kept)
  await renameTable(client, name, kept)
  await renameTable(client, rebuildNameOf(name), name)
  await takeOn(client, name, stands)
}

/** The one that was kept; the live one is kept in turn. `by` is written down beside it. */
export const swapBack =
  (by: string): Swap =>
  async (client, name, stands) => {
    const kept = keptNameOf(name)
    const leaving = `${name}__leaving`
    await renameTable(client, name, leaving)
    await renameTable(client, kept, name)
    await renameTable(client, leaving, kept)
    await takeOn(client, name, stands)
    await client.query('update projection_checkpoints set put_back_by = $2, put_back_at = now() where name = $1', [
      name,
      storableText(by),
    ])
  }
