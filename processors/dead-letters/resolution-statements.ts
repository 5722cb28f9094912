// Each is one statement, so that a crash finds all of it done or nothing. Times of claims are the database's own: replicas' clocks differ.

/** As `isMadeFor` has it: of the row `v`. */
const madeFor = (eventId: string, parkedAt: string) =>
  `coalesce(v.event_id = ${eventId}::text, v.decided_at >= ${parkedAt}::timestamptz)`

const isResolved = (number: string, isIts: string) => `exists (
  select from dead_letter_verdicts v
  where v.group_name = $1 and v.number = ${number}::bigint and v.settled_at is not null and ${isIts})`

const begun = madeFor('$10', '$11')

/** $1 group, $2 key, $3 number, $4 how long the claim holds, $5 kind, $6 by, $7 at, $8 retries, $9 letter, $10 event id, $11 parked at. */
export const beginStatement = `
  with claimed as (
    insert into dead_letter_claims as c (group_name, key, number, token, claimed_until)
    select $1, $2, $3::bigint, gen_random_uuid(), now() + $4 * interval '1 millisecond' where not ${isResolved('$3', begun)}
    on conflict (group_name, key) do update set
      number = excluded.number, token = excluded.token, claimed_until = excluded.claimed_until
    where c.claimed_until <= now()
    returning token
  ), decided as (
    insert into dead_letter_verdicts as v (group_name, number, event_id, verdict, decided_by, decided_at, attempts, letter)
    select $1, $3::bigint, $10, $5, $6, $7::timestamptz, $8::integer, $9::jsonb from claimed
    on conflict (group_name, number) do update set
      event_id = excluded.event_id, verdict = excluded.verdict, decided_by = excluded.decided_by, decided_at = excluded.decided_at,
      attempts = case when ${begun} then v.attempts else 0 end + excluded.attempts,
      failure_code = case when ${begun} then v.failure_code end,
      letter = excluded.letter, last_failure = null, settled_at = null, why = null
    where v.settled_at is null or not ${begun}
    returning number
  ), told as (
    insert into dead_letter_audit (group_name, number, event_id, what, decided_by, decided_at)
    select $1, number, $10, $5, $6, $7::timestamptz from decided
    returning id
  )
  select (select token from claimed) as token, (select id from told) as "auditId", ${isResolved('$3', begun)} as settled`

/** $1 group, $2 number, $3 key, $4 token, $5 audit, $6 at. */
export const resolveStatement = `
  with resolved as (
    update dead_letter_verdicts set settled_at = $6::timestamptz, last_failure = null, failure_code = null
    where group_name = $1 and number = $2::bigint and settled_at is null
    returning number
  ), freed as (
    delete from dead_letter_claims where group_name = $1 and key = $3 and token = $4
  )
  update dead_letter_audit set
    settles = exists (select from resolved),
    outcome = case when exists (select from resolved) then 'handled' else 'handled; it had been settled meanwhile' end
  where id = $5
  returning settles as resolved`

/** $1 group, $2 number, $3 key, $4 token, $5 audit, $6 message, $7 code. */
export const failedStatement = `
  with failed as (
    update dead_letter_verdicts set last_failure = $6, failure_code = coalesce($7, failure_code)
    where group_name = $1 and number = $2::bigint and settled_at is null
  ), freed as (
    delete from dead_letter_claims where group_name = $1 and key = $3 and token = $4
  )
  update dead_letter_audit set outcome = $6 where id = $5`

const discarded = madeFor('$7', '$8')

/** $1 group, $2 number, $3 by, $4 at, $5 why, $6 letter, $7 event id, $8 parked at. */
export const discardStatement = `
  with decided as (
    insert into dead_letter_verdicts as v
      (group_name, number, event_id, verdict, decided_by, decided_at, attempts, settled_at, why, letter)
    select $1, $2::bigint, $7, 'discard', $3, $4::timestamptz, 0, $4::timestamptz, $5, $6::jsonb
    where not exists (
      select from dead_letter_claims where group_name = $1 and number = $2::bigint and claimed_until > now())
    on conflict (group_name, number) do update set
      event_id = excluded.event_id, verdict = excluded.verdict, decided_by = excluded.decided_by, decided_at = excluded.decided_at,
      attempts = case when ${discarded} then v.attempts else 0 end,
      failure_code = case when ${discarded} then v.failure_code end,
      settled_at = excluded.settled_at, why = excluded.why, letter = excluded.letter, last_failure = null
    where v.settled_at is null or not ${discarded}
    returning number
  ), told as (
    insert into dead_letter_audit (group_name, number, event_id, what, decided_by, decided_at, why, outcome, settles)
    select $1, number, $7, 'discard', $3, $4::timestamptz, $5, 'discarded', true from decided
  )
  select exists (select from decided) as discarded, ${isResolved('$2', discarded)} as settled`

/**
 * $1 group, $2 numbers, $3 mark: the snapshot of an earlier answer; $4 and $5 the place behind which to go on, $6 how many. What that did
 * not see has been written by a transaction that was under way then, or has begun since: both are found by the index, so that one that
 * stays open for long (a dump, a forgotten session) makes no look read again what was written while it lasts. Nothing that is seen is from
 * xmax on, but in a database that was copied from another server, whose transactions had come further.
 */
export const changedStatement = (columns: string): string => {
  const next = `($4::xid8 is null or (changed_in, number) > ($4::xid8, $5::bigint)) order by changed_in, number limit $6`
  return `
  with anew as (
    (select ${columns}, changed_in from dead_letter_verdicts
     where group_name = $1 and changed_in >= pg_snapshot_xmax($3::pg_snapshot)
       and changed_in < pg_snapshot_xmax(pg_current_snapshot()) and ${next})
    union all
    (select ${columns}, changed_in from dead_letter_verdicts
     where group_name = $1 and changed_in = any(array(select pg_snapshot_xip($3::pg_snapshot))) and ${next})
  ), found as (
    select ${columns}, null::xid8 as changed_in from dead_letter_verdicts where group_name = $1 and number = any($2::bigint[])
    union all
    (select * from anew order by changed_in, number limit $6)
  )
  select pg_current_snapshot()::text as mark, found.*, found.changed_in::text as "changedIn"
  from (select) as once left join found on true
  order by found.changed_in nulls first, found.number`
}
