import type { Knex } from 'knex'

/** When payments were compared with the provider's, and where the log ended then: the next one need not read what lies long before. */
export const up = async (knex: Knex): Promise<void> => {
  await knex.raw(`
    create table reconciliation_sweeps (
      begun_at timestamptz(3) primary key,
      range text not null check (range in ('recent', 'full')),
      head text
    )
  `)
}
