import { randomUUID } from 'node:crypto'
import type grpc from '@grpc/grpc-js'
import type streams from '@eventstore/db-client/generated/streams_pb.js'
import { streamDeleted } from '../grpc/errors.ts'
import { ResponseStream } from '../grpc/response-stream.ts'
import type { Log } from '../log/types.ts'
import { readAll } from './read-all.ts'
import { parseReadRequest } from './read-request.ts'
import { confirmation } from './read-responses.ts'
import { readStream } from './read-stream.ts'
import { allSource, refusalOfStart } from './subscribe-to-all.ts'
import { streamSource } from './subscribe-to-stream.ts'
import { runSubscription } from './subscription.ts'

/** Streams.Read, which is every read and every catch-up subscription. */
export const readHandler =
  (log: Log) =>
  async (call: grpc.ServerWritableStream<streams.ReadReq, Buffer>): Promise<void> => {
    const request = parseReadRequest(call.request)
    const responses = new ResponseStream<Buffer>(call)
    switch (request.kind) {
      case 'stream':
        return readStream(log, request, responses)
      case 'all':
        return readAll(log, request, responses)
      case 'subscribe_to_stream': {
        if (log.streamState(request.stream) === 'tombstoned') throw streamDeleted(request.stream)
        const source = streamSource(log, request)
        await responses.send(confirmation(randomUUID()))
        return runSubscription(log, source, responses)
      }
      case 'subscribe_to_all': {
        const source = allSource(log, request)
        await responses.send(confirmation(randomUUID()))
        const refusal = refusalOfStart(log, request)
        if (refusal !== undefined) throw refusal
        return runSubscription(log, source, responses)
      }
    }
  }
