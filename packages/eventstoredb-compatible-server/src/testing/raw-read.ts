import type { ServiceError } from '@grpc/grpc-js'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import type { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js'

export type RawRead = {
  readonly stream?: string
  readonly all?: true
  /** A subscription when left out. */
  readonly count?: string
  readonly direction?: 'backwards'
  readonly from: 'start' | 'end' | { commit: string; prepare: string } | `${bigint}`
  readonly ids?: 'none'
}

export type RawAnswer = { code: number; details: string; messages: streams.ReadResp[] }

export const readRequest = ({ stream, count, direction, from, ids }: RawRead): streams.ReadReq => {
  const { ReadReq } = streams
  const options = new ReadReq.Options()
  const empty = new shared.Empty()
  if (stream === undefined) {
    const all = new ReadReq.Options.AllOptions()
    if (from === 'start') all.setStart(empty)
    else if (from === 'end') all.setEnd(empty)
    else if (typeof from === 'object') {
      all.setPosition(new ReadReq.Options.Position().setCommitPosition(from.commit).setPreparePosition(from.prepare))
    }
    options.setAll(all)
  } else {
    const one = new ReadReq.Options.StreamOptions().setStreamIdentifier(
      new shared.StreamIdentifier().setStreamName(new Uint8Array(Buffer.from(stream))),
    )
    if (from === 'start') one.setStart(empty)
    else if (from === 'end') one.setEnd(empty)
    else if (typeof from === 'string') one.setRevision(from)
    options.setStream(one)
  }
  if (count === undefined) options.setSubscription(new ReadReq.Options.SubscriptionOptions())
  else options.setCount(count)
  options.setReadDirection(ReadReq.Options.ReadDirection[direction === 'backwards' ? 'BACKWARDS' : 'FORWARDS'])
  options.setNoFilter(empty)
  if (ids !== 'none') options.setUuidOption(new ReadReq.Options.UUIDOption().setString(empty))
  return new ReadReq().setOptions(options)
}

/** One read to its end, whatever that is. */
export const rawRead = (client: StreamsClient, read: RawRead): Promise<RawAnswer> =>
  new Promise((resolve) => {
    const messages: streams.ReadResp[] = []
    client
      .read(readRequest(read))
      .on('data', (message: streams.ReadResp) => messages.push(message))
      .on('error', (error: ServiceError) => resolve({ code: error.code, details: error.details, messages }))
      .on('end', () => resolve({ code: 0, details: 'OK', messages }))
  })
