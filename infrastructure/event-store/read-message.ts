import type { Position } from './position.ts'
import { readRecordedEvent, type RecordedEvent } from './recorded-event.ts'
import { readerOf, readFields, readMessage, readUint64, type Reader } from './wire.ts'

/** What the server says in answer to a read or a catch-up subscription, in the order in which it counts. */
export type ReadMessage =
  /** `event` is undefined when a link's target is gone; `link` is there when the event was reached through one. */
  | { readonly kind: 'event'; readonly event: RecordedEvent | undefined; readonly link: RecordedEvent | undefined }
  | { readonly kind: 'checkpoint'; readonly position: Position }
  | { readonly kind: 'confirmation' | 'caught_up' | 'stream_not_found' | 'other' }

/** The numbers are those of the client's own streams.proto. @throws UnusableAnswer */
export const toReadMessage = (bytes: Uint8Array): ReadMessage => {
  let message: ReadMessage = { kind: 'other' }
  readFields(readerOf(bytes), (field, reader) => {
    switch (field) {
      case 1:
        message = { kind: 'event', ...readResolvedEvent(reader) }
        return true
      case 2:
        message = { kind: 'confirmation' }
        return false
      case 3:
        message = { kind: 'checkpoint', position: readPosition(reader) }
        return true
      case 4:
        message = { kind: 'stream_not_found' }
        return false
      case 8:
        message = { kind: 'caught_up' }
        return false
      default:
        return false
    }
  })
  return message
}

/** The same in an answer to a read and in a delivery by a group. @throws UnusableAnswer */
export const readResolvedEvent = (
  of: Reader,
): { readonly event: RecordedEvent | undefined; readonly link: RecordedEvent | undefined } => {
  let event: RecordedEvent | undefined
  let link: RecordedEvent | undefined
  readMessage(of, (field, reader) => {
    if (field === 1) event = readRecordedEvent(reader)
    else if (field === 2) link = readRecordedEvent(reader)
    else return false
    return true
  })
  return { event, link }
}

const readPosition = (of: Reader): Position => {
  let [commit, prepare] = [0n, 0n]
  readMessage(of, (field, reader) => {
    if (field === 1) commit = readUint64(reader)
    else if (field === 2) prepare = readUint64(reader)
    else return false
    return true
  })
  return { commit, prepare }
}
