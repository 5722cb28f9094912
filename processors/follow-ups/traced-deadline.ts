import type { Tracing } from '../../infrastructure/observability/tracing/tracing.ts'
import type { Deadline } from './deadline.ts'

/** The same, with a span for each order that is looked at: long after it was placed, so a trace of its own. */
export const tracedDeadline = (deadline: Deadline, tracing: Tracing | undefined): Deadline => {
  if (tracing === undefined) return deadline
  return (order) =>
    tracing.span(
      { name: 'order deadline', place: { after: order.traceparent }, attributes: { 'order.id': order.orderId } },
      () => deadline(order),
    )
}
