import type { StoredEvent } from '../../event-store/port.ts'
import type { ConsumerOptions } from '../../subscriptions/consumer-options.ts'
import type { Outcome } from '../../subscriptions/outcome.ts'
import { traceparentOfEvent } from './traceparent-of-event.ts'
import type { SpanEnd, SpanPlace, Tracing } from './tracing.ts'

type Handle = ConsumerOptions['handle']

const endOf = (outcome: Outcome): SpanEnd => {
  if (typeof outcome === 'string') return { attributes: { outcome } }
  return 'park' in outcome
    ? { attributes: { outcome: 'parked', code: outcome.park.code }, failed: outcome.park.message }
    : { attributes: { outcome: 'retry' }, failed: outcome.reason }
}

/** The first time is a part of what has led to the event. What is done again is done at another time, and may be long after. */
const placeOf = (event: StoredEvent, { attempt, retryCount }: Parameters<Handle>[1]): SpanPlace => {
  const traceparent = traceparentOfEvent(event)
  return attempt === 1 && retryCount === 0 ? { under: traceparent } : { after: traceparent }
}

/** The same handler of a group, with a span for each time that it has an event. */
export const tracedHandler = (group: string, handle: Handle, tracing: Tracing | undefined): Handle => {
  if (tracing === undefined) return handle
  return (event, info) =>
    tracing.span(
      {
        name: `${group} handles ${event.type}`,
        kind: 'consumer',
        place: placeOf(event, info),
        attributes: {
          'event_store.group': group,
          'event_store.stream': event.stream,
          'event_store.event_id': event.id,
          attempt: info.attempt,
          redelivered: info.retryCount,
        },
        endOf,
      },
      () => handle(event, info),
    )
}
