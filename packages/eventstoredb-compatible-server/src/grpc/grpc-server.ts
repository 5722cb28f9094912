import grpc from '@grpc/grpc-js'
import featuresGrpc from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js'
import { unary } from './guard.ts'
import { messageBursts } from './message-bursts.ts'
import { supportedMethods } from './server-features.ts'
import { streamLimit } from './stream-limit.ts'

const MEBIBYTE = 1_048_576

const OPTIONS: grpc.ServerOptions = {
  'grpc.max_receive_message_length': 16 * MEBIBYTE,
  'grpc.max_send_message_length': -1,
  // Those beyond the limit below wait here, in the server.
  'grpc.max_concurrent_streams': 1_000,
  'grpc.keepalive_time_ms': 10_000,
  'grpc.keepalive_timeout_ms': 10_000,
}

/** As in the real server, where a client with a hundred subscriptions starves for it: better seen here than in production. */
const CALLS_PER_CONNECTION = 100

export type Service = {
  readonly definition: grpc.ServiceDefinition
  readonly implementation: grpc.UntypedServiceImplementation
}

/** A server with these services, and with the one that lists them all to clients. Each interceptor sees every call. */
export const createGrpcServer = (
  services: readonly Service[],
  version: string,
  interceptors: readonly grpc.ServerInterceptor[],
): grpc.Server => {
  const server = new grpc.Server({
    ...OPTIONS,
    interceptors: [streamLimit(CALLS_PER_CONNECTION), messageBursts, ...interceptors],
  })
  const features = featuresGrpc.ServerFeaturesService
  const definitions = [...services.map(({ definition }) => definition), features]
  for (const { definition, implementation } of services) server.addService(definition, implementation)
  server.addService(features, { getSupportedMethods: unary(() => supportedMethods(definitions, version)) })
  return server
}
