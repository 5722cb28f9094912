import type { Knex } from 'knex'

/** Who has put a read table back in the place of the one that had replaced it, and when; null for one that nobody has put back. */
export const up = async (knex: Knex): Promise<void> => {
  await knex.raw('alter table projection_checkpoints add column put_back_by text, add column put_back_at timestamptz')
}
