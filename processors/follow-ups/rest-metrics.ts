import type { Told } from '../../infrastructure/projections/projection.ts'
import { Histogram, type Registry } from '../../infrastructure/observability/metrics.ts'

/** From a second to a day: an order that nobody waits for is at rest in a second, one that waits for its customer in half an hour. */
const restBuckets: readonly number[] = [0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 1_800, 3_600, 7_200, 21_600, 86_400]

/** Measures orders that come to rest, by what the fold of the orders in progress tells of each. Only news: a table that is filled anew tells none. */
export const restMetrics = (registry: Registry): ((told: Told) => void) => {
  const seconds = new Histogram({
    name: 'order_time_to_rest_seconds',
    help: 'How long orders took to come to rest, since they were placed or last wakened, by the status they rest in. Only from the active instance',
    labelNames: ['status'],
    buckets: [...restBuckets],
    registers: [registry],
  })
  return ({ fields: { status, ms } }) => {
    if (typeof status === 'string' && typeof ms === 'number') seconds.observe({ status }, Math.max(0, ms) / 1_000)
  }
}
