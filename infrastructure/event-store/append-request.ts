import jspb from 'google-protobuf'
import type { EventToStore, ExpectedRevision } from './port.ts'

/** One message of a call for appends, as it goes over the wire. */
export type AppendRequest = { readonly bytes: Buffer }

/** An event as it is sent, however often that is. */
export type EncodedEvent = Pick<EventToStore, 'id' | 'type'> & { readonly data: Uint8Array; readonly metadata: Uint8Array }

/** Fits into a message of 4 MiB, which is the most that a server takes in, with all that is around it. */
const mostBytes = 3 * 1024 * 1024

export const encodeEvent = ({ id, type, data, metadata }: EventToStore): EncodedEvent =>
  ({ id, type, data: Buffer.from(JSON.stringify(data)), metadata: Buffer.from(JSON.stringify(metadata)) })

/**
 * An append as one message, or as several where it is too large for one: the server takes it when the last has come. `id` is what the answer
 * will carry. The numbers are those of the client's own streams.proto and shared.proto.
 */
export const appendRequestsOf = (
  id: string, stream: string, events: readonly EncodedEvent[], expected: ExpectedRevision, deadlineMs: number,
): readonly AppendRequest[] => {
  const parts = inParts(events)
  return parts.map((part, n) => {
    const writer = new jspb.BinaryWriter()
    within(writer, 1, () => { writer.writeString(2, id) })
    if (n === 0) within(writer, 2, () => { writeOptions(writer, stream, expected, deadlineMs) })
    for (const event of part) within(writer, 3, () => { writeEvent(writer, event) })
    if (n === parts.length - 1) writer.writeBool(4, true)
    const bytes = writer.getResultBuffer()
    return { bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length) }
  })
}

const inParts = (events: readonly EncodedEvent[]): readonly (readonly EncodedEvent[])[] => {
  let part: EncodedEvent[] = []
  const parts = [part]
  let size = 0
  for (const event of events) {
    const { length } = event.data
    const more = length + event.metadata.length + event.type.length
    if (size > 0 && size + more > mostBytes) {
      parts.push(part = [])
      size = 0
    }
    part.push(event)
    size += more
  }
  return parts
}

/** The writer wants a message to write; there is none. */
const within = (writer: jspb.BinaryWriter, field: number, write: () => void): void => { writer.writeMessage(field, writer, write) }

const writeOptions = (writer: jspb.BinaryWriter, stream: string, expected: ExpectedRevision, deadlineMs: number): void => {
  within(writer, 1, () => { writer.writeBytes(3, Buffer.from(stream)) })
  if (expected === 'no_stream') within(writer, 3, () => undefined)
  else if (expected === 'any') within(writer, 4, () => undefined)
  else writer.writeUint64String(2, String(expected))
  const until = Date.now() + deadlineMs
  within(writer, 6, () => {
    writer.writeInt64(1, Math.floor(until / 1_000))
    writer.writeInt32(2, (until % 1_000) * 1_000_000)
  })
}

const writeEvent = (writer: jspb.BinaryWriter, { id, type, data, metadata }: EncodedEvent): void => {
  within(writer, 1, () => { writer.writeString(2, id) })
  for (const [key, value] of [['type', type], ['content-type', 'application/json']] as const) {
    within(writer, 2, () => {
      writer.writeString(1, key)
      writer.writeString(2, value)
    })
  }
  writer.writeBytes(3, metadata)
  writer.writeBytes(4, data)
}
