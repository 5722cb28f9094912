import { convertPersistentSubscriptionGrpcEvent } from '@eventstore/db-client/dist/utils/convertGrpcEvent.js'
import persistent from '@eventstore/db-client/generated/persistent_pb.js'
import type { PersistentSubscriptionToAllResolvedEvent } from '@eventstore/db-client'
import jspb, { type BinaryReader } from 'google-protobuf'
import { UnusableAnswer, type Delivery } from './port.ts'
import { isEventId, retryCountOf } from './server-values.ts'
import { toStoredEvent } from './stored-event.ts'

/** What the server sends on a subscription to a group: first that it stands, then deliveries; one without an id can't be answered. */
export type DeliveredMessage =
  | { readonly kind: 'confirmation' | 'unanswerable' }
  | { readonly kind: 'delivery'; readonly delivery: Delivery }

type Record = { id: string | undefined; stream: string | undefined; type: string | undefined }

/**
 * Looks for what one has to know to acknowledge it, and whether to: ids, stream and type. Most of what a group is given is none of its
 * business; to make the client's objects of it would cost many times as much. The numbers are those of the client's own persistent.proto.
 */
export const toDeliveredMessage = (buffer: Buffer): DeliveredMessage => {
  // The reader makes a copy of a Buffer.
  const bytes = new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length)
  let event: Record | undefined
  let link: Record | undefined
  let retryCount = 0
  let isDelivery = false
  readFields(new jspb.BinaryReader(bytes), {
    1: (delivered) => {
      isDelivery = true
      readMessage(delivered, {
        1: (reader) => { event = readRecord(reader) },
        2: (reader) => { link = readRecord(reader) },
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
const toDelivery = (bytes: Uint8Array, event: Record | undefined, link: Record | undefined, retryCount: number): Delivery | undefined => {
  let read: Pick<Delivery, 'event' | 'unusable'> | undefined
  // Asked for as text; should a server send it as two numbers, it is decoded like everything else.
  const ackId = (link ?? event)?.id ?? idOf(decode(bytes))
  // Among others in one answer it would undo them all.
  if (!isEventId(ackId)) return undefined
  return {
    ackId,
    retryCount,
    about: event?.stream === undefined ? undefined : { stream: event.stream, type: event.type ?? '' },
    get event() { return (read ??= readEvent(decode(bytes))).event },
    get unusable() { return (read ??= readEvent(decode(bytes))).unusable },
  }
}

const decode = (bytes: Uint8Array): PersistentSubscriptionToAllResolvedEvent => {
  const event = persistent.ReadResp.deserializeBinary(bytes).getEvent()
  if (event === undefined) throw new Error('a delivery without an event')
  return convertPersistentSubscriptionGrpcEvent(event)
}

const readEvent = ({ event: record }: PersistentSubscriptionToAllResolvedEvent): Pick<Delivery, 'event' | 'unusable'> => {
  if (record === undefined) return { event: undefined }
  try {
    return { event: toStoredEvent(record) }
  } catch (error) {
    if (!(error instanceof UnusableAnswer)) throw error
    const { id, streamId: stream, type, data, metadata } = record
    return { event: undefined, unusable: { event: { id, stream, type, data, metadata }, reason: error.message } }
  }
}

const idOf = ({ event, link }: PersistentSubscriptionToAllResolvedEvent): string | undefined => link?.id ?? event?.id

type Fields = { readonly [number: number]: (reader: BinaryReader) => void }

const readFields = (reader: BinaryReader, fields: Fields): void => {
  while (reader.nextField() && !reader.isEndGroup()) {
    const read = fields[reader.getFieldNumber()]
    if (read === undefined) reader.skipField()
    else read(reader)
  }
}

/** The reader wants a message to fill; there is none. */
const readMessage = (reader: BinaryReader, fields: Fields): void => { reader.readMessage(undefined, () => { readFields(reader, fields) }) }

const readRecord = (reader: BinaryReader): Record => {
  const record: Record = { id: undefined, stream: undefined, type: undefined }
  readMessage(reader, {
    1: (id) => { readMessage(id, { 2: (text) => { record.id = text.readString() } }) },
    2: (identifier) => { readMessage(identifier, { 3: (name) => { record.stream = name.readString() } }) },
    6: (entry) => {
      let key = ''
      let value = ''
      readMessage(entry, { 1: (text) => { key = text.readString() }, 2: (text) => { value = text.readString() } })
      if (key === 'type') record.type = value
    },
  })
  return record
}
