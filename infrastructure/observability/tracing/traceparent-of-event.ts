import type { EventToStore, StoredEvent } from '../../event-store/port.ts'

/** What an event's metadata names; not yet looked at whether it is a traceparent. */
export const traceparentOfEvent = ({
  metadata,
}: Pick<StoredEvent, 'metadata'> | Pick<EventToStore, 'metadata'>): string | undefined => {
  if (typeof metadata !== 'object' || metadata === null || !('traceparent' in metadata)) return undefined
  return typeof metadata.traceparent === 'string' ? metadata.traceparent : undefined
}
