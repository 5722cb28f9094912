import type { EventEmitter } from 'node:events'
import type { Pool } from '../postgres/pool.ts'
import { Counter, type Registry } from './metrics.ts'
import { poolGauges } from './pool-gauges.ts'

/** `INSERT 0 1`: what the server has done, by its first word. */
const commandOf = ({ text }: { readonly text: string }): string => (text.split(' ', 1)[0] ?? '').toLowerCase()

/**
 * The same pool, with what its connections do counted from what the server answers, so that neither prepared statements nor several in
 * one message are missed, and with how full it is. The connections that hold locks are not of a pool, and not counted.
 */
export const measuredPool = (pool: Pool, registry: Registry): Pool => {
  const statements = new Counter({
    name: 'sql_statements_total',
    help: 'Statements executed by PostgreSQL, begin and commit included, by command; failed ones as error',
    labelNames: ['command'],
    registers: [registry],
  })
  const transactions = new Counter({
    name: 'sql_transactions_total',
    help: 'Transactions ended, those of a single statement included',
    registers: [registry],
  })
  const roundTrips = new Counter({
    name: 'sql_round_trips_total',
    help: 'Round trips to PostgreSQL: how often it was ready for the next query',
    registers: [registry],
  })

  poolGauges(pool, registry)
  pool.on('connect', (client) => {
    // Not in the types: where the protocol's messages pass by.
    const { connection } = client as unknown as { readonly connection: EventEmitter }
    connection.on('commandComplete', (message: { readonly text: string }) =>
      statements.inc({ command: commandOf(message) }),
    )
    connection.on('errorMessage', () => statements.inc({ command: 'error' }))
    connection.on('readyForQuery', ({ status }: { readonly status: string }) => {
      roundTrips.inc()
      if (status === 'I') transactions.inc()
    })
  })
  return pool
}
