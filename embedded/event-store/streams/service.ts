import type grpc from '@grpc/grpc-js'
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js'
import type streams from '@eventstore/db-client/generated/streams_pb.js'
import { clientStream, ending, unary } from '../grpc/guard.ts'
import type { OpenCalls } from '../grpc/open-calls.ts'
import type { Log } from '../log/types.ts'
import { appendHandler } from './append.ts'
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
  options: { readonly maxAppendSize: number },
): grpc.UntypedServiceImplementation => ({
  append: clientStream(open, appendHandler(log, options.maxAppendSize)),
  batchAppend: ending(open, (call: grpc.ServerDuplexStream<streams.BatchAppendReq, Buffer>) =>
    new BatchAppendCall(call, log, options.maxAppendSize).run(),
  ),
  read: ending(open, readHandler(log)),
  delete: unary(deleteHandler(log)),
  tombstone: unary(tombstoneHandler(log)),
})
