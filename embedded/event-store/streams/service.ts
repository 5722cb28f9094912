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

const { read, ...others } = streamsGrpc.StreamsService

/** The definition the client is built on, except that answers of Read are bytes already. */
export const streamsService: grpc.ServiceDefinition = {
  ...others,
  read: { ...read, responseSerialize: (message: Buffer): Buffer => message },
}

export const streamsImplementation = (
  log: Log,
  open: OpenCalls,
  options: { readonly maxAppendSize: number },
): grpc.UntypedServiceImplementation => ({
  append: clientStream(appendHandler(log, options.maxAppendSize)),
  batchAppend: ending(open, (call: grpc.ServerDuplexStream<streams.BatchAppendReq, streams.BatchAppendResp>) =>
    new BatchAppendCall(call, log, options.maxAppendSize).run(),
  ),
  read: ending(open, readHandler(log)),
  delete: unary(deleteHandler(log)),
  tombstone: unary(tombstoneHandler(log)),
})
