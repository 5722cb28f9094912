import { positionFromText, type Position } from '../event-store/position.ts'
import type { Queryable } from '../postgres/pool.ts'
import { keptNameOf, rebuildNameOf } from './checkpoints.ts'
import type { Verification } from './verification.ts'

/** The table that was replaced last, and can be put back. */
export type KeptTable = {
  readonly version: number
  /** Which of the tables there have been under the name. */
  readonly generation: number
  readonly position: Position | undefined
  /** What stands for a position in its checkpoint and can't be read as one. */
  readonly unreadable: string | undefined
  /** When it was replaced, or was written last by a rollback that has not come to its end. */
  readonly since: Date
}

/** A read table as an operator sees it. */
export type ProjectionProgress = {
  readonly name: string
  readonly version: number
  readonly position: Position | undefined
  /** What stands for a position in its checkpoint and can't be read as one; it stands still then. */
  readonly unreadable: string | undefined
  /** How many events of its streams it has looked at. */
  readonly events: number
  readonly lastEventAt: Date | undefined
  readonly updatedAt: Date
  /** It has everything, as somebody has said who looks after it and has not fallen silent. */
  readonly caughtUp: boolean
  /** Why nothing happens to it; undefined where it is kept up to date. */
  readonly standsStill: string | undefined
  /** 0 when it is known to be caught up; else the age of the last event in it, or the time since anybody looked after it. */
  readonly lagSeconds: number
  /** Rows set aside after an event that could not be folded, oldest first; at most a hundred. */
  readonly setAside: readonly {
    readonly key: string
    readonly eventId: string
    readonly eventType: string
    readonly error: string
  }[]
  readonly setAsideCount: number
  /** The table that is being built anew beside it. `share` of the way, 0 to 1, measured by position. */
  readonly rebuild:
    | {
        readonly version: number
        readonly position: Position | undefined
        readonly share: number
        /** It has come to where the live table stands, and is compared with that. */
        readonly verifying: boolean
        readonly updatedAt: Date
      }
    | undefined
  readonly kept: KeptTable | undefined
  /** How it differed from the table whose place it took when it was built anew. */
  readonly verification: Verification | undefined
  /** It was put back in the place of the one that had replaced it. */
  readonly putBack: { readonly by: string; readonly at: Date } | undefined
}

type ProgressRow = {
  name: string
  version: number
  generation: number
  position: string | null
  events: number
  last_event_at: Date | null
  updated_at: Date
  caught_up: boolean
  stands_still: string | null
  lag: number
  silent: number
  put_back_by: string | null
  put_back_at: Date | null
  verifying: boolean
  verification: Verification | null
  set_aside: ProjectionProgress['setAside'] | null
  set_aside_count: number
}

/** A live engine says at least every few seconds that it is there; after this long without, its word no longer counts. */
const trustedForSeconds = 15

const isCaughtUp = ({ caught_up: caughtUp, stands_still: standsStill, silent }: ProgressRow): boolean =>
  caughtUp && standsStill === null && silent <= trustedForSeconds

const lagOf = ({ caught_up: caughtUp, silent, lag }: ProgressRow): number => {
  if (!caughtUp) return lag
  return silent > trustedForSeconds ? silent : 0
}

const shareOf = (rebuilt: Position | undefined, live: Position | undefined): number => {
  if (rebuilt === undefined) return 0
  if (live === undefined || live.commit === 0n) return 1
  return Math.min(1, Number((rebuilt.commit * 10_000n) / live.commit) / 10_000)
}

const positionIn = ({ position }: ProgressRow) => (position === null ? undefined : positionFromText(position))

const unreadableIn = (row: ProgressRow) => (positionIn(row) === undefined ? (row.position ?? undefined) : undefined)

const keptIn = (row: ProgressRow): KeptTable => ({
  version: row.version,
  generation: row.generation,
  position: positionIn(row),
  unreadable: unreadableIn(row),
  since: row.updated_at,
})

/** Every read table there is, by name, with the rebuilds under way and the tables that can be put back. */
export const projectionProgress = async (database: Queryable): Promise<readonly ProjectionProgress[]> => {
  const { rows } = await database.query<ProgressRow>(
    `select name, version, generation, position, events::float8 as events, last_event_at, updated_at, caught_up, stands_still,
            put_back_by, put_back_at, verifying, verification,
            greatest(0, extract(epoch from now() - coalesce(last_event_at, updated_at)))::float8 as lag,
            greatest(0, extract(epoch from now() - updated_at))::float8 as silent,
            (select count(*) from projection_failures f where f.name = c.name)::float8 as set_aside_count,
            (select jsonb_agg(jsonb_build_object('key', key, 'eventId', event_id, 'eventType', event_type, 'error', error) order by position)
             from (select * from projection_failures f where f.name = c.name order by position limit 100) f) as set_aside
     from projection_checkpoints c order by name`,
  )
  const byName = new Map(rows.map((row) => [row.name, row]))
  const beside = new Set(rows.flatMap(({ name }) => [rebuildNameOf(name), keptNameOf(name)]))
  return rows
    .filter(({ name }) => !beside.has(name))
    .map((row) => {
      const rebuild = byName.get(rebuildNameOf(row.name))
      const kept = byName.get(keptNameOf(row.name))
      return {
        name: row.name,
        version: row.version,
        position: positionIn(row),
        unreadable: unreadableIn(row),
        events: row.events,
        lastEventAt: row.last_event_at ?? undefined,
        updatedAt: row.updated_at,
        caughtUp: isCaughtUp(row),
        standsStill: row.stands_still ?? undefined,
        lagSeconds: lagOf(row),
        setAside: row.set_aside ?? [],
        setAsideCount: row.set_aside_count,
        rebuild: rebuild && {
          version: rebuild.version,
          position: positionIn(rebuild),
          share: shareOf(positionIn(rebuild), positionIn(row)),
          verifying: rebuild.verifying,
          updatedAt: rebuild.updated_at,
        },
        kept: kept && keptIn(kept),
        verification: row.verification ?? undefined,
        putBack:
          row.put_back_by === null || row.put_back_at === null
            ? undefined
            : { by: row.put_back_by, at: row.put_back_at },
      }
    })
}
