import type { Knex } from 'knex'

/** How far each read table is, and the rows that were set aside. The read tables themselves are made by their projections. */
export const up = async (knex: Knex): Promise<void> => {
  await knex.raw(`
    create table projection_checkpoints (
      name text primary key,
      version integer not null,
      generation integer not null,
      position text collate "C",
      last_event_at timestamptz,
      events bigint not null default 0,
      caught_up boolean not null default false,
      updated_at timestamptz not null default now()
    ) with (fillfactor = 30)
  `)
  await knex.raw(`
    create table projection_failures (
      name text not null,
      key text not null,
      position text collate "C" not null,
      stream text not null,
      event_id text not null,
      event_type text not null,
      error text not null,
      failed_at timestamptz not null default now(),
      primary key (name, key)
    )
  `)
}
