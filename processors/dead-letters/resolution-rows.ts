import type { ChangedPlace, Resolution, ResolutionKind } from './resolution.ts'

export type Row = {
  number: string
  kind: ResolutionKind
  decidedBy: string
  decidedAt: Date
  eventId: string | null
  retries: number
  resolvedAt: Date | null
  lastFailure: string | null
  failureCode: string | null
  why: string | null
}

/** `changedIn`: of what was written anew, and not only asked for by its number. */
export type WithMark = { readonly mark: string; readonly number: string | null; readonly changedIn: string | null }

export const columns = `number, verdict as kind, decided_by as "decidedBy", decided_at as "decidedAt", event_id as "eventId", attempts as retries, settled_at as "resolvedAt",
  last_failure as "lastFailure", failure_code as "failureCode", why`

export const resolutionOf = ({
  kind,
  decidedBy,
  decidedAt,
  eventId,
  retries,
  resolvedAt,
  lastFailure,
  failureCode,
  why,
}: Row): Resolution => ({
  kind,
  decidedBy,
  decidedAt,
  eventId: eventId ?? undefined,
  retries,
  resolvedAt: resolvedAt ?? undefined,
  lastFailure: lastFailure ?? undefined,
  failureCode: failureCode ?? undefined,
  why: why ?? undefined,
})

export const byNumber = (rows: readonly Row[]): ReadonlyMap<bigint, Resolution> =>
  new Map(rows.map((row) => [BigInt(row.number), resolutionOf(row)]))

/** Rows of what was written anew come in their order, and last. */
export const nextPart = (rows: readonly (Row & WithMark)[], most: number): ChangedPlace | undefined => {
  const last = rows.filter(({ changedIn }) => changedIn !== null)[most - 1]
  return last === undefined || last.changedIn === null
    ? undefined
    : { changedIn: last.changedIn, number: BigInt(last.number) }
}

/** Where nothing was found, one row has the mark and nothing else. */
export const hasNumber = (row: WithMark): row is Row & WithMark => row.number !== null
