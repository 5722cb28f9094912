import { positionFromText, positionToText, type Position } from '../../infrastructure/event-store/position.ts'
import type { Queryable } from '../../infrastructure/postgres/pool.ts'
import { foundSumsIn, type FoundSum } from './found-sums.ts'

/** `recent`: what has just happened, often. `full`: all that may still change at the provider, once a day. */
export const ranges = ['recent', 'full'] as const
export type Range = (typeof ranges)[number]

/** `found`: undefined where that was not kept. */
export type EndedSweep = { readonly begunAt: Date; readonly found: readonly FoundSum[] | undefined }

/** What is known of the sweeps that have ended. */
export type Marks = {
  last(range: Range): Promise<EndedSweep | undefined>
  /** When the first of any range began that is still known; undefined: none is. */
  first(): Promise<Date | undefined>
  /** A place in the log before which nothing happened after `time`; undefined: none is known. */
  placeBefore(time: Date): Promise<Position | undefined>
  /** `head`: the end of the log when it began. */
  done(sweep: EndedSweep & { readonly range: Range; readonly head: Position | undefined }): Promise<void>
}

const keptDays = 40

export const postgresMarks = (database: Queryable): Marks => ({
  async last(range) {
    const statement =
      'select begun_at as "begunAt", found from reconciliation_sweeps where range = $1 order by begun_at desc limit 1'
    const row = (await database.query<{ begunAt: Date; found: unknown }>(statement, [range])).rows[0]
    return row && { begunAt: row.begunAt, found: foundSumsIn(row.found) }
  },

  async first() {
    const statement = 'select min(begun_at) as at from reconciliation_sweeps'
    return (await database.query<{ at: Date | null }>(statement)).rows[0]?.at ?? undefined
  },

  async placeBefore(time) {
    const statement =
      'select head from reconciliation_sweeps where begun_at <= $1 and head is not null order by begun_at desc limit 1'
    const head = (await database.query<{ head: string }>(statement, [time])).rows[0]?.head
    return head === undefined ? undefined : positionFromText(head)
  },

  async done({ begunAt, range, head, found }) {
    await database.query(
      'insert into reconciliation_sweeps (begun_at, range, head, found) values ($1, $2, $3, $4) on conflict do nothing',
      [
        begunAt,
        range,
        head === undefined ? null : positionToText(head),
        found === undefined ? null : JSON.stringify(found),
      ],
    )
    await database.query(
      `delete from reconciliation_sweeps where begun_at < $1::timestamptz - interval '${keptDays} days'`,
      [begunAt],
    )
  },
})
