import type { Knex } from 'knex'

/** Why nothing happens to a read table, where that is so: who reads it is to be told, and not that it has everything. */
export const up = async (knex: Knex): Promise<void> => {
  await knex.raw('alter table projection_checkpoints add column stands_still text')
}
