import jspb, { type BinaryReader } from 'google-protobuf'
import { UnusableAnswer, type Delivery } from './port.ts'
import { noType, readId, readProperty, readRecordedEvent, readStreamName, type RecordedEvent } from './recorded-event.ts'
import { isEventId, retryCountOf } from './server-values.ts'
import { toStoredEvent } from './stored-event.ts'
import { readFields, readMessage } from './wire.ts'

/** What the server sends on a subscription to a group: first that it stands, then deliveries; one without an id can't be answered. */
export type DeliveredMessage =
  | { readonly kind: 'confirmation' | 'unanswerable' }
  | { readonly kind: 'delivery'; readonly delivery: Delivery }

type Looked = { id: string | undefined; stream: string | undefined; type: string | undefined }

/**
 * Looks for what one has to know to acknowledge it, and whether to: ids, stream and type. Most of what a group is given is none of its
 * business; to make the client's objects of it would cost many times as much. The numbers are those of the client's own persistent.proto.
 */
export const toDeliveredMessage = (buffer: Buffer): DeliveredMessage => {
  // The reader makes a copy of a Buffer.
  const bytes = new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length)
  let event: Looked | undefined
  let link: Looked | undefined
  let retryCount = 0
  let isDelivery = false
  readFields(new jspb.BinaryReader(bytes), {
    1: (delivered) => {
      isDelivery = true
      readMessage(delivered, {
        1: (reader) => { event = look(reader) },
        2: (reader) => { link = look(reader) },
        5: (reader) => { retryCount = reader.readInt32() },
      })
    },
  })
  if (!isDelivery) return { kind: 'confirmation' }
  const delivery = toDelivery(bytes, event, link, retryCountOf(retryCount))
  return delivery === undefined ? { kind: 'unanswerable' } : { kind: 'delivery', delivery }
}

/**
 * The server knows a delivery by the link's id where there is a link. For a message replayed from the parked stream the position is
 * that of the parked message, not of the original.
 */
const toDelivery = (bytes: Uint8Array, event: Looked | undefined, link: Looked | undefined, retryCount: number): Delivery | undefined => {
  let read: Pick<Delivery, 'event' | 'unusable'> | undefined
  const ackId = (link ?? event)?.id
  // Among others in one answer it would undo them all.
  if (!isEventId(ackId)) return undefined
  return {
    ackId,
    retryCount,
    about: event?.stream === undefined ? undefined : { stream: event.stream, type: event.type ?? noType },
    get event() { return (read ??= toEvent(readEvent(bytes))).event },
    get unusable() { return (read ??= toEvent(readEvent(bytes))).unusable },
  }
}

const readEvent = (bytes: Uint8Array): RecordedEvent | undefined => {
  let event: RecordedEvent | undefined
  readFields(new jspb.BinaryReader(bytes), {
    1: (delivered) => { readMessage(delivered, { 1: (reader) => { event = readRecordedEvent(reader) } }) },
  })
  return event
}

const toEvent = (record: RecordedEvent | undefined): Pick<Delivery, 'event' | 'unusable'> => {
  if (record === undefined) return { event: undefined }
  try {
    return { event: toStoredEvent(record) }
  } catch (error) {
    if (!(error instanceof UnusableAnswer)) throw error
    const { id, stream, type, data, metadata } = record
    return { event: undefined, unusable: { event: { id, stream, type, data, metadata }, reason: error.message } }
  }
}

const look = (reader: BinaryReader): Looked => {
  const looked: Looked = { id: undefined, stream: undefined, type: undefined }
  readMessage(reader, {
    1: () => { looked.id = readId(reader) },
    2: () => { looked.stream = readStreamName(reader) },
    6: () => {
      const [key, value] = readProperty(reader)
      if (key === 'type') looked.type = value
    },
  })
  return looked
}
