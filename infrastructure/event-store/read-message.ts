import jspb from 'google-protobuf'
import type { Position } from './position.ts'
import { readRecordedEvent, type RecordedEvent } from './recorded-event.ts'
import { readFields, readMessage } from './wire.ts'

/** What the server says in answer to a read or a catch-up subscription, in the order in which it counts. */
export type ReadMessage =
  /** `event` is undefined when a link's target is gone; `link` is there when the event was reached through one. */
  | { readonly kind: 'event'; readonly event: RecordedEvent | undefined; readonly link: RecordedEvent | undefined }
  | { readonly kind: 'checkpoint'; readonly position: Position }
  | { readonly kind: 'confirmation' | 'caught_up' | 'stream_not_found' | 'other' }

/** The numbers are those of the client's own streams.proto. @throws UnusableAnswer */
export const toReadMessage = (buffer: Buffer): ReadMessage => {
  let message: ReadMessage = { kind: 'other' }
  // The reader makes a copy of a Buffer.
  const reader = new jspb.BinaryReader(new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length))
  const say = (kind: 'confirmation' | 'caught_up' | 'stream_not_found') => () => {
    message = { kind }
    reader.skipField()
  }
  readFields(reader, {
    1: () => {
      let event: RecordedEvent | undefined
      let link: RecordedEvent | undefined
      readMessage(reader, { 1: () => { event = readRecordedEvent(reader) }, 2: () => { link = readRecordedEvent(reader) } })
      message = { kind: 'event', event, link }
    },
    2: say('confirmation'),
    3: () => {
      let [commit, prepare] = ['0', '0']
      readMessage(reader, { 1: () => { commit = reader.readUint64String() }, 2: () => { prepare = reader.readUint64String() } })
      message = { kind: 'checkpoint', position: { commit: BigInt(commit), prepare: BigInt(prepare) } }
    },
    4: say('stream_not_found'),
    8: say('caught_up'),
  })
  return message
}
