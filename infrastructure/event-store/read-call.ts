import type { EventStoreDBClient } from '@eventstore/db-client'
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js'
import type streams from '@eventstore/db-client/generated/streams_pb.js'
import grpc from '@grpc/grpc-js'
import { openPulledCall, type PulledCall } from './pulled-call.ts'
import { toReadMessage, type ReadMessage } from './read-message.ts'

type Stream = grpc.ClientReadableStream<Buffer>
type Reading = grpc.Client & {
  read(request: streams.ReadReq, metadata: grpc.Metadata, options: grpc.CallOptions): Stream
}

/** A read, or a catch-up subscription, which is a read that goes on. */
export type ReadCall = Omit<PulledCall<unknown, Stream>, 'take' | 'stream'> & {
  /** Undefined when there is nothing at the moment. @throws the call's error, once there is one; UnusableAnswer */
  take(): ReadMessage | undefined
}

const { read } = streamsGrpc.StreamsService
// What comes is made into something when it is taken: then an error is the taker's, and not the connection's.
const ReadingClient = grpc.makeGenericClientConstructor(
  { read: { ...read, responseDeserialize: (bytes: Buffer) => bytes } },
  'Streams',
)

/**
 * Reads as the client's own methods do, by its channel. Those put two streams and several objects between the bytes and the event, and tell
 * of a checkpoint before the events that lie before it have been taken; here everything comes in its order.
 */
export const openReadCall = async (client: EventStoreDBClient, request: streams.ReadReq): Promise<ReadCall> => {
  const call = await openPulledCall<Buffer, Reading, Stream>(client, ReadingClient, 'read', (reading, channel) =>
    reading.read(request, ...channel.callArguments({}, { deadline: Infinity })),
  )
  return {
    ...call,
    take: () => {
      const bytes = call.take()
      return bytes === undefined ? undefined : toReadMessage(bytes)
    },
  }
}
