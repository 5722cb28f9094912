import type { AllStreamRecordedEvent, RecordedEvent } from '@eventstore/db-client'
import { StoreUnavailable, type StoredEvent } from './port.ts'

/** JSON that was none arrives as text, other content as bytes; both are left to the codec to refuse. */
export const toStoredEvent = (record: RecordedEvent | AllStreamRecordedEvent): StoredEvent => {
  const { id, streamId, type, revision, position, created, data, metadata } = record
  // Servers before 22.6 left it out of stream reads; nothing here works without it.
  if (position === undefined) throw new StoreUnavailable(`the server gave no position for ${streamId} ${revision}; it is too old`)
  return { id, stream: streamId, type, revision, position: { commit: position.commit, prepare: position.prepare }, created, data, metadata }
}
