import { randomUUID } from 'node:crypto'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import { unary, type CallResult } from './call-result.ts'
import type { Server } from './server.ts'

export const identifier = (name: string): shared.StreamIdentifier =>
  new shared.StreamIdentifier().setStreamName(new Uint8Array(Buffer.from(name)))

export const uuid = (id: string): shared.UUID => new shared.UUID().setString(id)

export type Expected = 'any' | 'no_stream' | 'stream_exists' | bigint | 'unset'

/** `'unset'` leaves a part out. */
type Message = {
  readonly id?: string
  readonly type?: string
  readonly contentType?: string
  readonly data?: string | Uint8Array
}

/** A stream named `'unset'` is left out. */
export const appendOptions = (stream: string, expected: Expected = 'any'): streams.AppendReq => {
  const options = new streams.AppendReq.Options()
  if (stream !== 'unset') options.setStreamIdentifier(identifier(stream))
  if (expected === 'any') options.setAny(new shared.Empty())
  else if (expected === 'no_stream') options.setNoStream(new shared.Empty())
  else if (expected === 'stream_exists') options.setStreamExists(new shared.Empty())
  else if (typeof expected === 'bigint') options.setRevision(String(expected))
  return new streams.AppendReq().setOptions(options)
}

export const proposed = ({
  id = randomUUID(),
  type = 'Happened',
  contentType = 'application/json',
  data = '{}',
}: Message = {}): streams.AppendReq => {
  const message = new streams.AppendReq.ProposedMessage().setData(
    typeof data === 'string' ? new Uint8Array(Buffer.from(data)) : data,
  )
  if (id !== 'unset') message.setId(uuid(id))
  if (type !== 'unset') message.getMetadataMap().set('type', type)
  if (contentType !== 'unset') message.getMetadataMap().set('content-type', contentType)
  return new streams.AppendReq().setProposedMessage(message)
}

/** One call of Append with just these messages. */
export const rawAppend = (
  { streams: stub }: Server,
  ...messages: readonly streams.AppendReq[]
): Promise<CallResult<streams.AppendResp>> =>
  unary((done) => {
    const call = stub.append(done)
    for (const message of messages) call.write(message)
    call.end()
  })
