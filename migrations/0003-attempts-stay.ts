import type { Knex } from 'knex'

/**
 * What is settled stays in `attempts` for a while, as a mark; and the databases are remembered that have held the table.
 *
 * `claims` counts since the row was made and never begins anew: 1 says that nobody had claimed it before. Each row is written twice, when
 * it is claimed and when it is given back; half of each page is kept free for the second, which then touches no index.
 */
export const up = async (knex: Knex): Promise<void> => {
  await knex.raw(`
    alter table attempts
      add column event_id uuid,
      add column claims integer not null default 1,
      add column settled_at timestamptz(3)
  `)
  await knex.raw('alter table attempts set (fillfactor = 50)')
  // Which database this is: the cluster, and the timeline that each promotion of a replica and each restore begins anew.
  await knex.raw(`
    create function attempts_home() returns text language sql as $$
      select system_identifier || '/' || left(pg_walfile_name(pg_current_wal_lsn()), 8) from pg_control_system()
    $$
  `)
  await knex.raw(`
    create table attempts_homes (
      home text primary key,
      since timestamptz(3) not null,
      remembers_from timestamptz(3) not null
    )
  `)
  // Leases from before are all here. What was settled before was deleted: of that, nothing is remembered.
  await knex.raw(
    "insert into attempts_homes (home, since, remembers_from) values (attempts_home(), '-infinity', now())",
  )
}
