import type { Knex } from 'knex'

/** Starts of events that were given again and whose handling has not come to an end: an event that kills the process leaves nothing else. */
export const up = async (knex: Knex): Promise<void> => {
  await knex.schema.createTable('handling_attempts', (table) => {
    table.text('group_name').notNullable()
    table.uuid('event_id').notNullable()
    table.integer('starts').notNullable()
    // Of those starts, with nothing else beside it in its process.
    table.integer('alone').notNullable()
    table.timestamp('started_at', { useTz: true, precision: 3 }).notNullable()
    table.primary(['group_name', 'event_id'])
  })
}
