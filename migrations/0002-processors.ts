import type { Knex } from 'knex'

/** What the processors keep beside the log: who is at work on an intent, and what an operator has decided about a dead letter. */
export const up = async (knex: Knex): Promise<void> => {
  await knex.schema.createTable('attempts', (table) => {
    table.text('kind').notNullable()
    table.text('key').notNullable()
    table.timestamp('since', { useTz: true, precision: 3 }).notNullable()
    table.integer('calls').notNullable()
    table.timestamp('claimed_until', { useTz: true, precision: 3 }).notNullable()
    table.timestamp('due_at', { useTz: true, precision: 3 }).notNullable()
    table.uuid('token').notNullable()
    table.primary(['kind', 'key'])
  })

  await knex.schema.createTable('dead_letter_verdicts', (table) => {
    table.text('group_name').notNullable()
    table.bigInteger('number').notNullable()
    table.text('verdict').notNullable()
    table.text('decided_by').notNullable()
    table.timestamp('decided_at', { useTz: true, precision: 3 }).notNullable()
    table.integer('attempts').notNullable()
    table.timestamp('settled_at', { useTz: true, precision: 3 })
    table.text('last_failure')
    table.primary(['group_name', 'number'])
  })
}
