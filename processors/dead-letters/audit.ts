import type { Queryable } from '../../infrastructure/postgres/pool.ts'
import { askedWithin } from './asked-within.ts'
import type { ResolutionKind } from './resolution.ts'

/** One decision about a dead letter. Without an outcome it is under way, or whoever was at it died with it. */
export type AuditEntry = {
  /** Another one than the letter's where its event had been parked before. */
  readonly number: bigint
  readonly what: ResolutionKind
  readonly by: string
  readonly at: Date
  readonly why: string | undefined
  readonly outcome: string | undefined
}

/** Who decided what, when and why. @throws StoreUnavailable when the database is away, or says nothing */
export type Audit = {
  /** The last of the letter, and of any other one of the same event, a hundred at most, oldest first. */
  of(group: string, number: bigint, eventId: string | undefined): Promise<readonly AuditEntry[]>
  /** The numbers under which each of these events was resolved. */
  resolvedAs(group: string, eventIds: readonly string[]): Promise<ReadonlyMap<string, readonly bigint[]>>
}

/** A letter that it is not the time for is released again with every look. */
export const mostEntries = 100

type Row = {
  number: string
  what: ResolutionKind
  by: string
  at: Date
  why: string | null
  outcome: string | null
}

export const postgresAudit = (database: Queryable, limitMs = 1_500): Audit => {
  const ask = askedWithin(database, limitMs)
  return {
    async of(group, number, eventId) {
      const rows = await ask<Row>(
        `select number, what, decided_by as by, decided_at as at, why, outcome from (
           select * from dead_letter_audit where group_name = $1 and (number = $2 or event_id = $3) order by id desc limit $4
         ) as last order by id`,
        [group, String(number), eventId ?? null, mostEntries],
      )
      return rows.map(({ number: of, why, outcome, ...row }) => ({
        ...row,
        number: BigInt(of),
        why: why ?? undefined,
        outcome: outcome ?? undefined,
      }))
    },

    async resolvedAs(group, eventIds) {
      const rows = await ask<{ eventId: string; numbers: readonly string[] }>(
        `select event_id as "eventId", array_agg(number::text) as numbers from dead_letter_audit
         where group_name = $1 and event_id = any($2::text[]) and settles group by event_id`,
        [group, eventIds],
      )
      return new Map(rows.map(({ eventId, numbers }) => [eventId, numbers.map(BigInt)]))
    },
  }
}
