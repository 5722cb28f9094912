import type { Pool } from '../postgres/pool.ts'
import { Gauge, type Registry } from './metrics.ts'

/** How full the pool is, asked of it when somebody scrapes. */
export const poolGauges = (pool: Pool, registry: Registry): void => {
  const registers = [registry]
  new Gauge({
    name: 'sql_pool_connections',
    help: 'Connections to PostgreSQL that the pool has open, by whether somebody uses them',
    labelNames: ['state'],
    registers,
    collect() {
      this.set({ state: 'idle' }, pool.idleCount)
      this.set({ state: 'used' }, pool.totalCount - pool.idleCount)
    },
  })
  new Gauge({
    name: 'sql_pool_connections_limit',
    help: 'How many connections to PostgreSQL the pool may have open',
    registers,
    collect() {
      this.set(pool.options.max)
    },
  })
  new Gauge({
    name: 'sql_pool_waiting',
    help: 'Queries that wait for a connection of the pool',
    registers,
    collect() {
      this.set(pool.waitingCount)
    },
  })
}
