import type { Knex } from 'knex'

/**
 * Dead letters are handled by one replica at a time for each key, can be discarded, and are remembered once the event store has let them go.
 * What was decided, by whom and why, and what came of it, is never overwritten.
 */
export const up = async (knex: Knex): Promise<void> => {
  // `letter`: what an operator sees of it, without the event's content, which may be personal. `event_id`: of the event that it was
  // decided about; a number alone belongs to another letter when the event store is put back.
  await knex.raw(`
    alter table dead_letter_verdicts
      add column why text,
      add column failure_code text,
      add column event_id text,
      add column letter jsonb
  `)
  // A claim ends by itself: whoever dies with it is followed by somebody else.
  await knex.raw(`
    create table dead_letter_claims (
      group_name text not null,
      key text not null,
      number bigint not null,
      token uuid not null,
      claimed_until timestamptz(3) not null,
      primary key (group_name, key)
    )
  `)
  await knex.raw(`
    create table dead_letter_audit (
      id bigint generated always as identity primary key,
      group_name text not null,
      number bigint not null,
      event_id text,
      what text not null,
      decided_by text not null,
      decided_at timestamptz(3) not null,
      why text,
      outcome text,
      settles boolean not null default false
    )
  `)
  await knex.raw('create index dead_letter_audit_by_number on dead_letter_audit (group_name, number)')
  await knex.raw('create index dead_letter_audit_by_event on dead_letter_audit (event_id)')
}
