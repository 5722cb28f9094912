import { Gauge, type Registry } from '../observability/metrics.ts'
import type { EngineStatus } from './status.ts'

/** Asked for when somebody scrapes: nothing is counted while events are folded. */
export const projectionMetrics = (registry: Registry, status: () => EngineStatus): void => {
  new Gauge({
    name: 'projection_lag_seconds',
    help: 'Lag of the read table behind the log; 0 when caught up. Only from the leader.',
    labelNames: ['projection'],
    registers: [registry],
    collect() {
      this.reset()
      for (const { name, lagSeconds } of status().projections)
        if (lagSeconds !== undefined) this.set({ projection: name }, lagSeconds)
    },
  })
  new Gauge({
    name: 'projection_rows_set_aside',
    help: 'Rows set aside: no longer updated, because the fold of an event failed.',
    labelNames: ['projection'],
    registers: [registry],
    collect() {
      this.reset()
      for (const { name, state, setAside } of status().projections)
        if (state === 'live') this.set({ projection: name }, setAside)
    },
  })
  new Gauge({
    name: 'projection_engine_active',
    help: '1 on the leader, which keeps the read tables up to date; 0 on a standby and while a store is unavailable.',
    registers: [registry],
    collect() {
      this.set(status().state.role === 'active' ? 1 : 0)
    },
  })
}
