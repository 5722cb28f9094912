import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

export { Counter, Gauge, Histogram, type Registry }

export type RegistryOptions = {
  /** The label `service` of every line. */
  readonly service: string
  /** Also the process's own: memory, CPU, event loop, garbage collection. One registry of a process has them. */
  readonly processMetrics?: boolean
}

/** A registry of its own; metrics are made with `registers: [registry]`, never on prom-client's global one. */
export const createRegistry = ({ service, processMetrics = false }: RegistryOptions): Registry => {
  const registry = new Registry()
  registry.setDefaultLabels({ service })
  if (processMetrics) collectDefaultMetrics({ register: registry })
  return registry
}

/** Seconds; from half a millisecond to ten seconds. */
export const durationBuckets: readonly number[] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
