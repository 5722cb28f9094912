import type { AllStreamRecordedEvent, RecordedEvent } from '@eventstore/db-client'
import type { StoredEvent } from './port.ts'
import { createdOf, eventIdOf, eventPositionOf, revisionOf } from './server-values.ts'

/**
 * JSON that was none arrives as text, other content as bytes; both are left to the codec to refuse.
 * @throws UnusableAnswer
 */
export const toStoredEvent = (record: RecordedEvent | AllStreamRecordedEvent): StoredEvent => {
  const { id, streamId, type, revision, position, created, data, metadata } = record
  const what = `${type} ${revision}@${streamId}`
  return {
    id: eventIdOf(id, what),
    stream: streamId,
    type,
    revision: revisionOf(revision, what),
    position: eventPositionOf(position, what),
    created: createdOf(created),
    data,
    metadata,
  }
}
