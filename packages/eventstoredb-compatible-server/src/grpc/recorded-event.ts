import type { StoredRecord } from '../log/types.ts'
import {
  delimitedLength,
  varint64Length,
  varintLength,
  writeBytesField,
  writeDelimiter,
  writeTextField,
  writeVarintField,
} from './wire.ts'

/** How the reader wants ids: as text, or as two 64-bit halves. */
export type IdFormat = 'string' | 'structured'

/** What a read yields for one record: the event, the link that led to it, or a link whose event is gone. */
export type ResolvedRecord = { readonly event?: StoredRecord; readonly link?: StoredRecord }

/** The record that was read: the link where there is one. Its position is the one to go on from. */
export const originalOf = ({ event, link }: ResolvedRecord): StoredRecord => {
  const original = link ?? event
  if (original === undefined) throw new Error('neither an event nor a link')
  return original
}

/**
 * A `ReadResp` of the Streams service with this event, as bytes (give the Read method a `responseSerialize` that passes Buffers on).
 * Event and link each carry their own position; the message carries the original's.
 */
export const encodeReadEvent = (resolved: ResolvedRecord, ids: IdFormat): Buffer => {
  const { event, link } = resolved
  return encode(
    event && bodyOf(event, event.position, ids),
    link && bodyOf(link, link.position, ids),
    originalOf(resolved).position,
    undefined,
  )
}

/** What is given to every group as it is committed is the same for all of them. */
const firstDeliveries = new WeakMap<StoredRecord, Buffer>()

/** The same for the persistent subscriptions service: there event and link both carry the original's position. */
export const encodePersistentReadEvent = (resolved: ResolvedRecord, retryCount: number, ids: IdFormat): Buffer => {
  const { event, link } = resolved
  if (event === undefined || link !== undefined || retryCount !== 0 || ids !== 'string')
    return encodeDelivery(resolved, retryCount, ids)
  const encoded = firstDeliveries.get(event) ?? encodeDelivery(resolved, retryCount, ids)
  firstDeliveries.set(event, encoded)
  return encoded
}

const encodeDelivery = (resolved: ResolvedRecord, retryCount: number, ids: IdFormat): Buffer => {
  const { event, link } = resolved
  const { position } = originalOf(resolved)
  return encode(event && bodyOf(event, position, ids), link && bodyOf(link, position, ids), position, retryCount)
}

const EVENT = 1
const LINK = 2
const COMMIT_POSITION = 3
const RETRY_COUNT = 5

const encode = (
  event: Body | undefined,
  link: Body | undefined,
  position: bigint,
  retryCount: number | undefined,
): Buffer => {
  const length =
    (event === undefined ? 0 : delimitedLength(event.length)) +
    (link === undefined ? 0 : delimitedLength(link.length)) +
    1 +
    varint64Length(position) +
    (retryCount === undefined ? 0 : 1 + varintLength(retryCount))
  const target = Buffer.allocUnsafe(delimitedLength(length))
  let at = writeDelimiter(target, 0, EVENT, length)
  if (event !== undefined) at = writeBody(target, writeDelimiter(target, at, EVENT, event.length), event)
  if (link !== undefined) at = writeBody(target, writeDelimiter(target, at, LINK, link.length), link)
  at = writeVarintField(target, at, COMMIT_POSITION, position)
  if (retryCount !== undefined) writeVarintField(target, at, RETRY_COUNT, BigInt(retryCount))
  return target
}

/** A RecordedEvent with its lengths worked out. */
type Body = {
  readonly record: StoredRecord
  readonly position: bigint
  readonly id: Buffer
  readonly streamLength: number
  readonly typeLength: number
  readonly created: string
  readonly contentType: string
  readonly length: number
}

const TYPE_KEY = 'type'
const CREATED_KEY = 'created'
const CONTENT_TYPE_KEY = 'content-type'

const entryLength = (key: string, valueLength: number): number =>
  delimitedLength(key.length) + delimitedLength(valueLength)

const bodyOf = (record: StoredRecord, position: bigint, ids: IdFormat): Body => {
  const id = ids === 'string' ? textId(record.id) : structuredId(record.id)
  const streamLength = Buffer.byteLength(record.stream)
  const typeLength = Buffer.byteLength(record.type)
  const created = String(record.created)
  const contentType = record.isJson ? 'application/json' : 'application/octet-stream'
  const length =
    delimitedLength(id.length) +
    delimitedLength(delimitedLength(streamLength)) +
    1 +
    varint64Length(record.revision) +
    2 * (1 + varint64Length(position)) +
    delimitedLength(entryLength(TYPE_KEY, typeLength)) +
    delimitedLength(entryLength(CREATED_KEY, created.length)) +
    delimitedLength(entryLength(CONTENT_TYPE_KEY, contentType.length)) +
    delimitedLength(record.metadata.length) +
    delimitedLength(record.data.length)
  return { record, position, id, streamLength, typeLength, created, contentType, length }
}

const writeBody = (target: Buffer, offset: number, body: Body): number => {
  const { record } = body
  let at = writeBytesField(target, offset, 1, body.id)
  at = writeDelimiter(target, at, 2, delimitedLength(body.streamLength))
  at = writeTextField(target, at, 3, record.stream, body.streamLength)
  at = writeVarintField(target, at, 3, record.revision)
  at = writeVarintField(target, at, 4, body.position)
  at = writeVarintField(target, at, 5, body.position)
  at = writeEntry(target, at, TYPE_KEY, record.type, body.typeLength)
  at = writeEntry(target, at, CREATED_KEY, body.created, body.created.length)
  at = writeEntry(target, at, CONTENT_TYPE_KEY, body.contentType, body.contentType.length)
  at = writeBytesField(target, at, 7, record.metadata)
  return writeBytesField(target, at, 8, record.data)
}

/** One entry of the metadata map. */
const writeEntry = (target: Buffer, offset: number, key: string, value: string, valueLength: number): number => {
  let at = writeDelimiter(target, offset, 6, entryLength(key, valueLength))
  at = writeTextField(target, at, 1, key, key.length)
  return writeTextField(target, at, 2, value, valueLength)
}

const textId = (id: string): Buffer => {
  const message = Buffer.allocUnsafe(2 + id.length)
  writeTextField(message, 0, 2, id, id.length)
  return message
}

const structuredId = (id: string): Buffer => {
  const hex = id.replaceAll('-', '')
  const most = BigInt(`0x${hex.slice(0, 16)}`)
  const least = BigInt(`0x${hex.slice(16)}`)
  const length = 2 + varint64Length(most) + varint64Length(least)
  const message = Buffer.allocUnsafe(delimitedLength(length))
  let at = writeDelimiter(message, 0, 1, length)
  at = writeVarintField(message, at, 1, most)
  writeVarintField(message, at, 2, least)
  return message
}
