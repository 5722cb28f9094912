import type { StoredEvent } from './port.ts'
import type { RecordedEvent } from './recorded-event.ts'
import { createdOf, eventIdOf, eventPositionOf, revisionOf } from './server-values.ts'

/**
 * JSON that was none arrives as text, other content as bytes; both are left to the codec to refuse.
 * @throws UnusableAnswer
 */
export const toStoredEvent = (record: RecordedEvent): StoredEvent => {
  const what = `${record.type} ${record.revision}@${record.stream}`
  return {
    ...record,
    id: eventIdOf(record.id, what),
    revision: revisionOf(record.revision, what),
    position: eventPositionOf(record.position, what),
    created: createdOf(record.created),
  }
}
