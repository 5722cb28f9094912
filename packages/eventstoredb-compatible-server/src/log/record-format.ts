import type { StoredRecord } from './types.ts'

/**
 * How a record lies in the file (its position is its key):
 *   1 flags · 8 revision · 8 created · 16 id · 4 length of stream · 4 of type · 4 of metadata · stream · type · metadata · data
 */
const REVISION = 1
const CREATED = 9
const ID = 17
const STREAM_LENGTH = 33
const TYPE_LENGTH = 37
const METADATA_LENGTH = 41
const HEADER = 45

const IS_JSON = 1

export const encodeRecord = (record: Omit<StoredRecord, 'position'>): Buffer => {
  const streamLength = Buffer.byteLength(record.stream)
  const typeLength = Buffer.byteLength(record.type)
  const bytes = Buffer.allocUnsafe(HEADER + streamLength + typeLength + record.metadata.length + record.data.length)
  bytes[0] = record.isJson ? IS_JSON : 0
  bytes.writeBigUInt64BE(record.revision, REVISION)
  bytes.writeBigUInt64BE(record.created, CREATED)
  bytes.write(record.id.replaceAll('-', ''), ID, 16, 'hex')
  bytes.writeUInt32BE(streamLength, STREAM_LENGTH)
  bytes.writeUInt32BE(typeLength, TYPE_LENGTH)
  bytes.writeUInt32BE(record.metadata.length, METADATA_LENGTH)
  let at = HEADER
  at += bytes.write(record.stream, at, 'utf8')
  at += bytes.write(record.type, at, 'utf8')
  at += record.metadata.copy(bytes, at)
  record.data.copy(bytes, at)
  return bytes
}

/** Room that a record takes in the log besides its bytes; positions grow by it too, so that they always have gaps. */
export const RECORD_OVERHEAD = 8n

/** Where the next record may be. */
export const endOf = (position: bigint, bytes: Buffer): bigint => position + BigInt(bytes.length) + RECORD_OVERHEAD

/** `bytes` must stay as they are: the record's data and metadata are parts of them. */
export const decodeRecord = (position: bigint, bytes: Buffer): StoredRecord => {
  const typeAt = HEADER + bytes.readUInt32BE(STREAM_LENGTH)
  const metadataAt = typeAt + bytes.readUInt32BE(TYPE_LENGTH)
  const dataAt = metadataAt + bytes.readUInt32BE(METADATA_LENGTH)
  return {
    position,
    stream: bytes.toString('utf8', HEADER, typeAt),
    revision: bytes.readBigUInt64BE(REVISION),
    id: decodeId(bytes),
    type: bytes.toString('utf8', typeAt, metadataAt),
    isJson: (bytes.readUInt8(0) & IS_JSON) !== 0,
    created: bytes.readBigUInt64BE(CREATED),
    data: bytes.subarray(dataAt),
    metadata: bytes.subarray(metadataAt, dataAt),
  }
}

export const decodeId = (bytes: Buffer): string => {
  const hex = bytes.toString('hex', ID, ID + 16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
