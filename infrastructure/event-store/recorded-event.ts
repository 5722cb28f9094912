import type { BinaryReader } from 'google-protobuf'
import { UnusableAnswer } from './port.ts'
import type { Position } from './position.ts'
import { readMessage } from './wire.ts'

/** An event as the server has it, with nothing of it looked into. */
export type RecordedEvent = {
  readonly id: string
  readonly stream: string
  readonly type: string
  readonly revision: bigint
  readonly position: Position
  readonly created: Date
  /** Parsed JSON; text where it should have been JSON and is none; else bytes. */
  readonly data: unknown
  /** Parsed JSON; bytes where it is none; undefined where there is nothing. */
  readonly metadata: unknown
}

const ticksInMillisecond = 10_000n
const noBytes = new Uint8Array()

/** The client's word for an event whose type the server does not tell. */
export const noType = '<no-event-type-provided>'

/**
 * Reads what the client reads from the same bytes, without its objects between. The numbers are those of the client's own streams.proto and
 * persistent.proto, which are alike here.
 * @throws UnusableAnswer for an event without stream or id
 */
export const readRecordedEvent = (reader: BinaryReader): RecordedEvent => {
  let id: string | undefined
  let stream: string | undefined
  let [revision, prepare, commit] = ['0', '0', '0']
  let data: Uint8Array = noBytes
  let metadata: Uint8Array = noBytes
  const properties = { 'type': noType, 'content-type': 'application/octet-stream', 'created': '' }
  readMessage(reader, {
    1: () => { id = readId(reader) },
    2: () => { stream = readStreamName(reader) },
    3: () => { revision = reader.readUint64String() },
    4: () => { prepare = reader.readUint64String() },
    5: () => { commit = reader.readUint64String() },
    6: () => { Object.assign(properties, Object.fromEntries([readProperty(reader)])) },
    7: () => { metadata = reader.readBytes() },
    8: () => { data = reader.readBytes() },
  })
  if (id === undefined || stream === undefined) throw new UnusableAnswer(`an event without ${id === undefined ? 'an id' : 'a stream'}`)
  return {
    id,
    stream,
    type: properties.type,
    revision: BigInt(revision),
    position: { commit: BigInt(commit), prepare: BigInt(prepare) },
    created: createdAt(properties.created),
    data: properties['content-type'] === 'application/json' ? jsonOr(data, textOf) : data,
    metadata: metadata.length === 0 ? undefined : jsonOr(metadata, (bytes) => bytes),
  }
}

/** Asked for as text; some servers send two numbers all the same. */
export const readId = (reader: BinaryReader): string => {
  let id = ''
  readMessage(reader, {
    1: () => {
      let [most, least] = ['0', '0']
      readMessage(reader, { 1: () => { most = reader.readInt64String() }, 2: () => { least = reader.readInt64String() } })
      id = [most, least].map((half) => BigInt.asUintN(64, BigInt(half)).toString(16).padStart(16, '0')).join('')
        .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
    },
    2: () => { id = reader.readString() },
  })
  return id
}

export const readStreamName = (reader: BinaryReader): string => {
  let name = ''
  readMessage(reader, { 3: () => { name = textOf(reader.readBytes()) } })
  return name
}

export const readProperty = (reader: BinaryReader): readonly [key: string, value: string] => {
  let [key, value] = ['', '']
  readMessage(reader, { 1: () => { key = reader.readString() }, 2: () => { value = reader.readString() } })
  return [key, value]
}

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString()

const jsonOr = (bytes: Uint8Array, otherwise: (bytes: Uint8Array) => unknown): unknown => {
  try {
    return JSON.parse(textOf(bytes)) as unknown
  } catch {
    // It is for the codec to say what is wrong with it.
    return otherwise(bytes)
  }
}

/** In ticks of 100 ns since 1970, as .NET counts. The beginning of 1970 for what is no number. */
const createdAt = (ticks: string): Date => new Date(/^-?\d+$/.test(ticks) ? Number(BigInt(ticks) / ticksInMillisecond) : 0)
