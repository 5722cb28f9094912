import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import { eventLoopMetrics } from './event-loop-metrics.ts'
import { projectVersion } from './project-version.ts'

export { Counter, Gauge, Histogram, type Registry }

export type RegistryOptions = {
  /** The label `service` of every line. */
  readonly service: string
  /** Also the process's own: memory, CPU, event loop, garbage collection, version. One registry of a process has them. */
  readonly processMetrics?: boolean
}

/** Of prom-client's metrics of the event loop: those that its own monitor gives. */
const monitored = ['min', 'max', 'mean', 'stddev', 'p50', 'p90', 'p99'].map(
  (what) => `nodejs_eventloop_lag_${what}_seconds`,
)
/** Sums of gauges that are there by kind too, and named as if they were counters. */
const misnamed = ['handles', 'requests', 'resources'].map((what) => `nodejs_active_${what}_total`)
/** Longer than a process lives; a monitor of the event loop takes no longer one. */
const neverMs = 2 ** 31 - 1

const processMetricsOn = (registry: Registry): void => {
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: neverMs })
  for (const name of [...monitored, ...misnamed]) registry.removeSingleMetric(name)
  eventLoopMetrics(registry)
  new Gauge({
    name: 'build_info',
    help: 'Always 1; its label says which version runs',
    labelNames: ['version'],
    registers: [registry],
  }).set({ version: projectVersion }, 1)
}

/** A registry of its own; metrics are made with `registers: [registry]`, never on prom-client's global one. */
export const createRegistry = ({ service, processMetrics = false }: RegistryOptions): Registry => {
  const registry = new Registry()
  registry.setDefaultLabels({ service })
  if (processMetrics) processMetricsOn(registry)
  return registry
}

/** Seconds; from half a millisecond to ten seconds. */
export const durationBuckets: readonly number[] = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
]
