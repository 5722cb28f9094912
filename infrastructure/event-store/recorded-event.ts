import { UnusableAnswer } from './port.ts'
import type { Position } from './position.ts'
import { readMessage, readUint64, type Reader } from './wire.ts'

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
 * @throws UnusableAnswer for an event without a stream; one without an id has an empty one, so that it can still be put aside
 */
export const readRecordedEvent = (of: Reader): RecordedEvent => {
  let id = ''
  let stream: string | undefined
  let [revision, prepare, commit] = [0n, 0n, 0n]
  let data: Uint8Array = noBytes
  let metadata: Uint8Array = noBytes
  let [type, contentType, created] = [noType, 'application/octet-stream', '']
  readMessage(of, (field, reader) => {
    switch (field) {
      case 1:
        id = readId(reader)
        return true
      case 2:
        stream = readStreamName(reader)
        return true
      case 3:
        revision = readUint64(reader)
        return true
      case 4:
        prepare = readUint64(reader)
        return true
      case 5:
        commit = readUint64(reader)
        return true
      case 6: {
        const { key, value } = readProperty(reader)
        if (key === 'type') type = value
        else if (key === 'content-type') contentType = value
        else if (key === 'created') created = value
        return true
      }
      case 7:
        metadata = reader.bytes()
        return true
      case 8:
        data = reader.bytes()
        return true
      default:
        return false
    }
  })
  if (stream === undefined) throw new UnusableAnswer('an event without a stream')
  return {
    id,
    stream,
    type,
    revision,
    position: { commit, prepare },
    created: createdAt(created),
    data: contentType === 'application/json' ? jsonOr(data, textOf) : ofItsOwn(data),
    metadata: metadata.length === 0 ? undefined : jsonOr(metadata, ofItsOwn),
  }
}

/** Asked for as text; some servers send two numbers all the same. */
export const readId = (of: Reader): string => {
  let id = ''
  readMessage(of, (field, reader) => {
    if (field === 1) id = readIdOfNumbers(reader)
    else if (field === 2) id = reader.string()
    else return false
    return true
  })
  return id
}

const readIdOfNumbers = (of: Reader): string => {
  const halves = [0n, 0n]
  readMessage(of, (field, reader) => {
    if (field !== 1 && field !== 2) return false
    halves[field - 1] = readUint64(reader)
    return true
  })
  const digits = halves.map((half) => half.toString(16).padStart(16, '0')).join('')
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

export const readStreamName = (of: Reader): string => {
  let name = ''
  readMessage(of, (field, reader) => {
    if (field !== 3) return false
    name = reader.string()
    return true
  })
  return name
}

/** What the server says of an event beside its content. */
export const readProperty = (of: Reader): { readonly key: string; readonly value: string } => {
  let [key, value] = ['', '']
  readMessage(of, (field, reader) => {
    if (field === 1) key = reader.string()
    else if (field === 2) value = reader.string()
    else return false
    return true
  })
  return { key, value }
}

/** The message they came in is not to be kept for them. */
const ofItsOwn = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes)

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
const createdAt = (ticks: string): Date =>
  new Date(/^-?\d+$/.test(ticks) ? Number(BigInt(ticks) / ticksInMillisecond) : 0)
