import { isParkedStream } from './parked-stream.ts'
import { UnusableAnswer, type Delivery } from './port.ts'
import { readResolvedEvent } from './read-message.ts'
import { noType, readId, readStreamName, type RecordedEvent } from './recorded-event.ts'
import { isEventId, retryCountOf } from './server-values.ts'
import { toStoredEvent } from './stored-event.ts'
import { readerOf, readFields, readMessage, readUint64, type Reader } from './wire.ts'

/** What the server sends on a subscription to a group: first that it stands, then deliveries; one without an id can't be answered. */
export type DeliveredMessage =
  | { readonly kind: 'confirmation' | 'unanswerable' }
  | { readonly kind: 'delivery'; readonly delivery: Delivery }

type Looked = {
  id: string | undefined
  stream: string | undefined
  type: string | undefined
  revision: bigint | undefined
}

/**
 * Looks for what one has to know to acknowledge it, and whether to: ids, stream and type. Most of what a group is given is none of its
 * business; to make the client's objects of it would cost many times as much. The numbers are those of the client's own persistent.proto.
 */
export const toDeliveredMessage = (bytes: Uint8Array): DeliveredMessage => {
  let event: Looked | undefined
  let link: Looked | undefined
  let retryCount = 0
  const isDelivery = ofDelivery(bytes, (delivered) => {
    readMessage(delivered, (field, reader) => {
      if (field === 1) event = look(reader)
      else if (field === 2) link = look(reader)
      else if (field === 5) retryCount = reader.int32()
      else return false
      return true
    })
  })
  if (!isDelivery) return { kind: 'confirmation' }
  const delivery = toDelivery(bytes, event, link, retryCountOf(retryCount))
  return delivery === undefined ? { kind: 'unanswerable' } : { kind: 'delivery', delivery }
}

/**
 * The server knows a delivery by the link's id where there is a link. For a message replayed from the parked stream the position is
 * that of the parked message, not of the original.
 */
const toDelivery = (
  bytes: Uint8Array,
  event: Looked | undefined,
  link: Looked | undefined,
  retryCount: number,
): Delivery | undefined => {
  let read: Pick<Delivery, 'event' | 'unusable'> | undefined
  const ackId = (link ?? event)?.id
  // Among others in one answer it would undo them all.
  if (!isEventId(ackId)) return undefined
  return {
    ackId,
    retryCount,
    replayed: link !== undefined && isParkedStream(link.stream ?? '') ? link.revision : undefined,
    about: event?.stream === undefined ? undefined : { stream: event.stream, type: event.type ?? noType },
    get event() {
      return (read ??= toEvent(readEvent(bytes))).event
    },
    get unusable() {
      return (read ??= toEvent(readEvent(bytes))).unusable
    },
  }
}

/** Whether it is a delivery at all. */
const ofDelivery = (bytes: Uint8Array, read: (delivered: Reader) => void): boolean => {
  let isDelivery = false
  readFields(readerOf(bytes), (field, reader) => {
    if (field !== 1) return false
    isDelivery = true
    read(reader)
    return true
  })
  return isDelivery
}

const readEvent = (bytes: Uint8Array): RecordedEvent | undefined => {
  let event: RecordedEvent | undefined
  ofDelivery(bytes, (delivered) => {
    event = readResolvedEvent(delivered).event
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

const look = (of: Reader): Looked => {
  const looked: Looked = { id: undefined, stream: undefined, type: undefined, revision: undefined }
  readMessage(of, (field, reader) => {
    if (field === 1) looked.id = readId(reader)
    else if (field === 2) looked.stream = readStreamName(reader)
    else if (field === 3) looked.revision = readUint64(reader)
    else if (field === 6) looked.type = typeIn(reader) ?? looked.type
    else return false
    return true
  })
  return looked
}

/** The value of a property, if it is the type. */
const typeIn = (of: Reader): string | undefined => {
  let isType = false
  let type: string | undefined
  readMessage(of, (field, reader) => {
    if (field === 1) isType = reader.string() === 'type'
    else if (field === 2 && isType) type = reader.string()
    else return false
    return true
  })
  return type
}
