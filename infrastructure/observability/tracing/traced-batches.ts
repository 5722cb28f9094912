import type { Batch } from '../../subscriptions/message-buffer.ts'
import { isKeptTraceparent } from './traceparent.ts'
import { traceparentOfEvent } from './traceparent-of-event.ts'
import type { Tracing } from './tracing.ts'

/** What was written longer ago is history, as a table that is built anew reads it: no part of what happens now. */
const newsForMs = 15 * 60_000

export type AroundBatch = (batch: Batch, apply: () => Promise<void>) => Promise<void>

/** A span for each event of a batch, of the time that the batch took to be written. */
export const tracedBatches = (tracing: Tracing | undefined): AroundBatch | undefined => {
  if (tracing === undefined) return undefined
  return (batch, apply) => {
    const news = batch.events.flatMap((event) => {
      const under = traceparentOfEvent(event)
      if (!isKeptTraceparent(under) || Date.now() - event.created.getTime() > newsForMs) return []
      const attributes = {
        'event_store.stream': event.stream,
        'event_store.event_id': event.id,
        batch_size: batch.events.length,
      }
      return [{ under, name: `project ${event.type}`, attributes }]
    })
    return tracing.spans({ kind: 'consumer' }, news, apply)
  }
}
