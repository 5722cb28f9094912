import type { Queryable } from '../../infrastructure/postgres/pool.ts'
import { askedWithin } from './asked-within.ts'
import type {
  Changes,
  ChangesAsked,
  Claim,
  DeadLetterPlace,
  Decision,
  Failure,
  Refused,
  Resolution,
} from './resolution.ts'
import { byNumber, columns, hasNumber, nextPart, resolutionOf, type Row, type WithMark } from './resolution-rows.ts'
import {
  beginStatement,
  discardStatement,
  failedStatement,
  resolveStatement,
  changedStatement,
} from './resolution-statements.ts'

/** @throws StoreUnavailable when the database is away, or says nothing */
export type Resolutions = {
  /** By number; whoever has the letter asks whether it was made for that (`made-for.ts`). */
  of(group: string, numbers: readonly bigint[]): Promise<ReadonlyMap<bigint, Resolution>>
  /**
   * Those of these numbers, and all that were written anew since that mark, part by part. None is passed over, however late it is
   * committed; the same one may come more than once.
   */
  changed(group: string, asked: ChangesAsked): Promise<Changes>
  /** Written down before anything is done. Refused: the letter is resolved already, or one of its key is being handled. */
  begin(decision: Decision & { readonly key: string; readonly kind: 'retry' | 'release' }): Promise<Claim | Refused>
  keep(claim: Claim): Promise<void>
  /** Its event is handled. False: the letter had been resolved otherwise meanwhile. Ends the claim. */
  resolve(claim: Claim, at: Date): Promise<boolean>
  /** Ends the claim. */
  failed(claim: Claim, failure: Failure): Promise<void>
  discard(decision: Decision): Promise<'discarded' | Refused>
  /** Numbers below `before` that are resolved, and of which nothing else is written down: an earlier release has resolved them. */
  undescribed(group: string, before: bigint): Promise<ReadonlySet<bigint>>
  /** Writes down what an operator sees of such a one. */
  describe(place: DeadLetterPlace, eventId: string | undefined, letter: object): Promise<void>
  /** Resolved letters with numbers from `from` up to below `before`, as they were last seen, oldest first. */
  resolvedBetween(
    group: string,
    range: { readonly from: bigint; readonly before: bigint },
    limit: number,
  ): Promise<readonly { readonly number: bigint; readonly letter: unknown; readonly resolution: Resolution }[]>
}

/** How long a claim that nobody keeps holds others off, in milliseconds. */
export const claimMs = 30_000

export const postgresResolutions = (database: Queryable, limitMs = 1_500): Resolutions => {
  const ask = askedWithin(database, limitMs)

  return {
    async of(group, numbers) {
      const rows = await ask<Row>(
        `select ${columns} from dead_letter_verdicts where group_name = $1 and number = any($2::bigint[])`,
        [group, numbers.map(String)],
      )
      return byNumber(rows)
    },

    async changed(group, { numbers, since, after, most }) {
      const rows = await ask<WithMark>(changedStatement(columns), [
        group,
        numbers.map(String),
        since ?? null,
        after?.changedIn ?? null,
        after === undefined ? null : String(after.number),
        most,
      ])
      const [first] = rows
      if (first === undefined) throw new Error('the mark comes with every answer')
      const found = rows.filter(hasNumber)
      return { resolutions: byNumber(found), mark: first.mark, more: nextPart(found, most) }
    },

    async begin({ group, number, key, kind, eventId, parkedAt, by, at, letter }) {
      const [row] = await ask<{ token: string | null; auditId: string | null; settled: boolean }>(beginStatement, [
        group,
        key,
        String(number),
        claimMs,
        kind,
        by,
        at,
        kind === 'retry' ? 1 : 0,
        JSON.stringify(letter),
        eventId ?? null,
        parkedAt,
      ])
      if (row === undefined || row.token === null) return row?.settled === true ? 'already_settled' : 'under_way'
      // Resolved in the very moment in which the claim was taken: nobody needs it.
      if (row.auditId === null) {
        await ask('delete from dead_letter_claims where group_name = $1 and key = $2 and token = $3', [
          group,
          key,
          row.token,
        ])
        return 'already_settled'
      }
      return { group, number, key, token: row.token, auditId: row.auditId }
    },

    async keep({ group, key, token }) {
      await ask(
        `update dead_letter_claims set claimed_until = now() + $4 * interval '1 millisecond'
         where group_name = $1 and key = $2 and token = $3`,
        [group, key, token, claimMs],
      )
    },

    async resolve({ group, number, key, token, auditId }, at) {
      const [row] = await ask<{ resolved: boolean }>(resolveStatement, [group, String(number), key, token, auditId, at])
      return row?.resolved === true
    },

    async failed({ group, number, key, token, auditId }, { message, code }) {
      await ask(failedStatement, [group, String(number), key, token, auditId, message, code ?? null])
    },

    async discard({ group, number, eventId, parkedAt, by, at, why, letter }) {
      const [row] = await ask<{ discarded: boolean; settled: boolean }>(discardStatement, [
        group,
        String(number),
        by,
        at,
        why ?? null,
        JSON.stringify(letter),
        eventId ?? null,
        parkedAt,
      ])
      if (row?.discarded === true) return 'discarded'
      return row?.settled === true ? 'already_settled' : 'under_way'
    },

    async undescribed(group, before) {
      const rows = await ask<{ number: string }>(
        `select number from dead_letter_verdicts
         where group_name = $1 and number < $2 and settled_at is not null and letter is null`,
        [group, String(before)],
      )
      return new Set(rows.map(({ number }) => BigInt(number)))
    },

    async describe({ group, number }, eventId, letter) {
      await ask(
        `update dead_letter_verdicts set event_id = $3, letter = $4::jsonb
         where group_name = $1 and number = $2 and letter is null`,
        [group, String(number), eventId ?? null, JSON.stringify(letter)],
      )
    },

    async resolvedBetween(group, { from, before }, limit) {
      const rows = await ask<Row & { letter: unknown }>(
        `select ${columns}, letter from dead_letter_verdicts
         where group_name = $1 and number >= $2 and number < $3 and settled_at is not null and letter is not null
         order by number limit $4`,
        [group, String(from), String(before), limit],
      )
      return rows.map(({ letter, ...row }) => ({ number: BigInt(row.number), letter, resolution: resolutionOf(row) }))
    },
  }
}
