import type { EventToStore, ExpectedRevision } from './port.ts'
import { createWriter, writeBool, writeBytes, writeMessage, writeString, writeUint64, type Writer } from './wire.ts'

/** One message of a call for appends, as it goes over the wire. */
export type AppendRequest = { readonly bytes: Buffer }

/** An event as it is sent, however often that is. */
export type EncodedEvent = Pick<EventToStore, 'id' | 'type'> & {
  readonly data: Uint8Array
  readonly metadata: Uint8Array
}

/** Of data, metadata and types in one message, as the client has it; servers take in 4 MiB and more, with all that is around them. */
const mostBytes = 3 * 1024 * 1024

export const encodeEvent = ({ id, type, data, metadata }: EventToStore): EncodedEvent => ({
  id,
  type,
  data: Buffer.from(JSON.stringify(data)),
  metadata: Buffer.from(JSON.stringify(metadata)),
})

/**
 * An append as one message, or as several where it is too large for one: the server takes it when the last has come. `id` is what the
 * answer will carry. No deadline is sent: it would be a time of this clock, and a server whose clock is ahead by more would time out
 * every append. Without one it waits two seconds for the parts, and whoever waits here has limits of its own. The numbers are those of
 * the client's own streams.proto and shared.proto.
 */
export const appendRequestsOf = (
  id: string,
  stream: string,
  events: readonly EncodedEvent[],
  expected: ExpectedRevision,
): readonly AppendRequest[] => {
  const parts = inParts(events)
  return parts.map((part, n) => {
    const writer = createWriter()
    writeMessage(writer, 1, () => {
      writeString(writer, 2, id)
    })
    if (n === 0)
      writeMessage(writer, 2, () => {
        writeOptions(writer, stream, expected)
      })
    for (const event of part)
      writeMessage(writer, 3, () => {
        writeEvent(writer, event)
      })
    if (n === parts.length - 1) writeBool(writer, 4, true)
    const { buffer, byteOffset, length } = writer.finish()
    return { bytes: Buffer.from(buffer, byteOffset, length) }
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
      parts.push((part = []))
      size = 0
    }
    part.push(event)
    size += more
  }
  return parts
}

const nothing = (): void => undefined

const writeOptions = (writer: Writer, stream: string, expected: ExpectedRevision): void => {
  // As a read writes it, also where it is no proper text.
  writeMessage(writer, 1, () => {
    writeBytes(writer, 3, Buffer.from(stream))
  })
  if (expected === 'no_stream') writeMessage(writer, 3, nothing)
  else if (expected === 'any') writeMessage(writer, 4, nothing)
  else writeUint64(writer, 2, expected)
}

const writeEvent = (writer: Writer, { id, type, data, metadata }: EncodedEvent): void => {
  writeMessage(writer, 1, () => {
    writeString(writer, 2, id)
  })
  writeProperty(writer, 'type', type)
  writeProperty(writer, 'content-type', 'application/json')
  writeBytes(writer, 3, metadata)
  writeBytes(writer, 4, data)
}

const writeProperty = (writer: Writer, key: string, value: string): void => {
  writeMessage(writer, 2, () => {
    writeString(writer, 1, key)
    writeString(writer, 2, value)
  })
}
