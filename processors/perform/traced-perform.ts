import type { Tracing } from '../../infrastructure/observability/tracing/tracing.ts'
import type { UnderLease } from './perform.ts'

/**
 * The same, with a span for each intent that is taken up: at once it is a part of the handling that has seen it, and followed up it is
 * another try, at another time.
 */
export const tracedPerform = (underLease: UnderLease, tracing: Tracing | undefined): UnderLease => {
  if (tracing === undefined) return underLease
  return (intent, from) =>
    tracing.span(
      {
        name: `perform ${intent.kind}`,
        place: from.followedUp ? { after: intent.traceparent } : 'here',
        attributes: { 'order.id': intent.orderId, 'intent.key': intent.key, followed_up: from.followedUp },
        endOf: ({ performed }) => ({
          attributes: { outcome: performed.kind, ...(performed.kind === 'open' ? { why: performed.why } : {}) },
        }),
      },
      () => underLease(intent, from),
    )
}
