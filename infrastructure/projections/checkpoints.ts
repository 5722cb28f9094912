import { positionFromText, positionToText, type Position } from '../event-store/position.ts'
import type { Queryable } from '../postgres/pool.ts'
import { queryPrepared } from '../postgres/prepared.ts'

/**
 * How far a read table is. `generation` counts the tables there have been under this name: a rebuild that is swapped in makes the next
 * one, and whoever still writes to the one before loses its compare-and-set.
 */
export type Checkpoint = {
  readonly name: string
  readonly version: number
  readonly generation: number
  /** Everything up to here is in the table; undefined before the first event. */
  readonly position: Position | undefined
}

/** While a table is built anew, its progress stands under this name, beside the live one's. */
export const rebuildNameOf = (name: string): string => `${name}__rebuild`

/** The table that was replaced last stands under this name, with its own checkpoint, for as long as it is kept. */
export const keptNameOf = (name: string): string => `${name}__kept`

/** As it stands in the database. `position` should be what `positionToText` writes; null before the first event. */
export type StoredCheckpoint = Omit<Checkpoint, 'position'> & { readonly position: string | null }

/** Undefined when its position can't be read: something else than this program has written it. */
export const readable = (stored: StoredCheckpoint): Checkpoint | undefined => {
  if (stored.position === null) return { ...stored, position: undefined }
  const position = positionFromText(stored.position)
  return position && { ...stored, position }
}

export const storedAs = (checkpoint: Checkpoint): StoredCheckpoint => ({
  ...checkpoint,
  position: checkpoint.position === undefined ? null : positionToText(checkpoint.position),
})

/** Whether nobody has touched the checkpoint, or replaced its table, between two looks. */
export const isSame = (one: StoredCheckpoint, other: StoredCheckpoint): boolean =>
  one.version === other.version && one.generation === other.generation && one.position === other.position

export const readCheckpoints = async (
  database: Queryable,
  names: readonly string[],
): Promise<ReadonlyMap<string, StoredCheckpoint>> => {
  const { rows } = await database.query<StoredCheckpoint>(
    'select name, version, generation, position from projection_checkpoints where name = any($1::text[])',
    [names],
  )
  return new Map(rows.map((row) => [row.name, row]))
}

/** Locks the checkpoint until the transaction ends: nobody else can move the table meanwhile. Undefined when there is none. */
export const lockCheckpoint = async (database: Queryable, name: string): Promise<StoredCheckpoint | undefined> => {
  const { rows } = await database.query<StoredCheckpoint>(
    'select name, version, generation, position from projection_checkpoints where name = $1 for update',
    [name],
  )
  return rows[0]
}

export const insertCheckpoint = async (
  database: Queryable,
  { name, version, generation }: Omit<Checkpoint, 'position'>,
): Promise<void> => {
  await database.query('insert into projection_checkpoints (name, version, generation) values ($1, $2, $3)', [
    name,
    version,
    generation,
  ])
}

export type Move = {
  readonly from: Checkpoint
  readonly to: Position
  /** Of the last event seen; undefined keeps what is there. */
  readonly lastEventAt: Date | undefined
  readonly events: number
  readonly caughtUp: boolean
}

/** For the parameter of `wantedMoves`. */
export const movesAsJson = (moves: readonly Move[]): string =>
  JSON.stringify(
    moves.map(({ from, to, lastEventAt, events, caughtUp }) => ({
      name: from.name,
      version: from.version,
      generation: from.generation,
      position_from: from.position === undefined ? null : positionToText(from.position),
      position_to: positionToText(to),
      last_event_at: lastEventAt,
      events,
      caught_up: caughtUp,
    })),
  )

/** A query that answers the moves as rows. */
export const wantedMoves = (parameter: string): string =>
  `select * from jsonb_to_recordset(${parameter}::jsonb) as m(name text, version integer, generation integer, position_from text,
     position_to text, last_event_at timestamptz, events bigint, caught_up boolean)`

/**
 * Says that tables which have everything, and are where they were left, are still looked after. Answers what is stored under `names`,
 * as it was before.
 */
export const touchCheckpoints = async (
  database: Queryable,
  caughtUp: readonly Checkpoint[],
  names: readonly string[],
): Promise<ReadonlyMap<string, StoredCheckpoint>> => {
  const { rows } = await queryPrepared<StoredCheckpoint>(database, {
    name: 'touch checkpoints',
    text: `with touched as (
        update projection_checkpoints c set caught_up = true, updated_at = now()
        from jsonb_to_recordset($1::jsonb) as m(name text, generation integer, position text)
        where c.name = m.name and c.generation = m.generation and c.position is not distinct from m.position collate "C")
      select name, version, generation, position from projection_checkpoints where name = any($2::text[])`,
    values: [JSON.stringify(caughtUp.map(storedAs)), names],
  })
  return new Map(rows.map((row) => [row.name, row]))
}
