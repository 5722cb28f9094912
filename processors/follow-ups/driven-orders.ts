import type { Logger } from '../../infrastructure/observability/logger.ts'
import { Counter, type Registry } from '../../infrastructure/observability/metrics.ts'
import type { StandingOrder } from './due.ts'
import type { Driven } from './progress.ts'

const resultOf = (driven: Driven): string => {
  if (driven.kind !== 'driven') return driven.kind
  if (driven.refusals.length > 0) return 'refused'
  if (driven.written.length === 0) return 'nothing'
  return driven.wasBehind ? 'late' : 'lost'
}

/** Counts the orders that stood still by what came of it, and logs those of which something had been lost: the event store has forgotten a message. */
export const drivenOrders = (
  registry: Registry,
  logger: Pick<Logger, 'error'>,
): ((order: StandingOrder, driven: Driven) => void) => {
  const counted = new Counter({
    name: 'standing_orders_total',
    help: 'Orders that stood still and were looked at, by what came of it; lost: what the event store had forgotten was done',
    labelNames: ['result'],
    registers: [registry],
  })
  // From the first on they can be seen to rise: alerts rest on that.
  for (const result of ['lost', 'late', 'refused']) counted.inc({ result }, 0)
  return ({ orderId, movedAt }, driven) => {
    counted.inc({ result: resultOf(driven) })
    if (driven.kind !== 'driven') return
    const { written, refusals, wasBehind, traceId } = driven
    const fields = { correlationId: orderId, traceId, orderId, stoodStillSince: movedAt }
    if (written.length > 0)
      logger.error(
        wasBehind
          ? 'an order stood still, and has been driven on: a message of it has not been handled for too long'
          : 'an order stood still, and has been driven on: a message of it was lost',
        { ...fields, written },
      )
    if (refusals.length > 0)
      logger.error('an order stands still, and an event of it is refused', { ...fields, refusals })
  }
}
