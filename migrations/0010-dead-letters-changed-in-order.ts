import type { Knex } from 'knex'

/** What was written in one transaction is asked for in parts too, by number: each costs what it brings, also where that were many at once. */
export const up = async (knex: Knex): Promise<void> => {
  await knex.raw(
    'create index dead_letter_verdicts_changed_in_order on dead_letter_verdicts (group_name, changed_in, number)',
  )
  await knex.raw('drop index dead_letter_verdicts_changed')
}
