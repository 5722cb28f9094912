import type { Knex } from 'knex'

/** How a read table that was built anew differed from the one that was live then; and, of one that is being built, whether that is looked at. */
export const up = async (knex: Knex): Promise<void> => {
  await knex.raw(
    'alter table projection_checkpoints add column verifying boolean not null default false, add column verification jsonb',
  )
}
