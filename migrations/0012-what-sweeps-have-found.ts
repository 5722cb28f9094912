import type { Knex } from 'knex'

/** What a comparison of the payments has found, in count and in money: known to the next process too. */
export const up = async (knex: Knex): Promise<void> => {
  await knex.raw('alter table reconciliation_sweeps add column found jsonb')
}
