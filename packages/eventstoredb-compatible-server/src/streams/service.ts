import type grpc from '@grpc/grpc-js'
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js'
import type streams from '@eventstore/db-client/generated/streams_pb.js'
import { clientStream, ending, unary } from '../grpc/guard.ts'
import type { OpenCalls } from '../grpc/open-calls.ts'
import type { Log } from '../log/types.ts'
import { appendHandler } from './append.ts'
import type { AppendLimits } from './append-size.ts'
import { BatchAppendCall } from './batch-append.ts'
import { deleteHandler, tombstoneHandler } from './delete.ts'
import { readHandler } from './read.ts'

const { read, batchAppend, ...others } = streamsGrpc.StreamsService

const bytes = (message: Buffer): Buffer => message

/** The definition the client is built on, except that the streams of answers are bytes already. */
export const streamsService: grpc.ServiceDefinition = {
  ...others,
  read: { ...read, responseSerialize: bytes },
  batchAppend: { ...batchAppend, responseSerialize: bytes },
}

export const streamsImplementation = (
  log: Log,
  open: OpenCalls,
  limits: AppendLimits,
): grpc.UntypedServiceImplementation => ({
  append: clientStream(open, appendHandler(log, limits)),
  batchAppend: ending(open, (call: grpc.ServerDuplexStream<streams.BatchAppendReq, Buffer>) =>
    new BatchAppendCall(call, log, limits).run(),
  ),
  read: ending(open, readHandler(log)),
  delete: unary(deleteHandler(log, limits.writeTimeout)),
  tombstone: unary(tombstoneHandler(log, limits.writeTimeout)),
})
