import { Gauge, type Registry } from '../infrastructure/observability/metrics.ts'
import type { BreakerState } from '../infrastructure/outside/circuit-breaker.ts'

/** By what it lies before; asked whenever somebody looks. */
export type Breakers = () => Readonly<Record<string, BreakerState>>

const values: Readonly<Record<BreakerState, number>> = { closed: 0, half_open: 1, open: 2 }

/** Asked for when somebody scrapes. */
export const breakerMetrics = (registry: Registry, breakers: Breakers): Breakers => {
  new Gauge({
    name: 'circuit_breaker_state',
    help: 'Of the circuit breaker around calls to the outside: 0 closed, 1 half open (one call tries), 2 open (none is made)',
    labelNames: ['outside'],
    registers: [registry],
    collect() {
      for (const [outside, state] of Object.entries(breakers())) this.set({ outside }, values[state])
    },
  })
  return breakers
}
