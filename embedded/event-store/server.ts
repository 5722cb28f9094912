import { randomUUID } from 'node:crypto'
import http from 'node:http'
import grpc from '@grpc/grpc-js'
import gossipGrpc from '@eventstore/db-client/generated/gossip_grpc_pb.js'
import featuresGrpc from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js'
import { unavailable } from './grpc/errors.ts'
import { clusterInfo } from './grpc/gossip.ts'
import { unary } from './grpc/guard.ts'
import { OpenCalls } from './grpc/open-calls.ts'
import { supportedMethods } from './grpc/server-features.ts'
import { httpListener } from './http/listener.ts'
import { openSharedPort } from './http/shared-port.ts'
import { writeFirstEvents } from './log/first-events.ts'
import { openLog } from './log/open-log.ts'
import { createPersistentSubscriptions } from './persistent-subscriptions/service.ts'
import { DEFAULT_MAX_APPEND_SIZE } from './streams/append-size.ts'
import { streamsImplementation, streamsService } from './streams/service.ts'

export type EventStoreOptions = {
  /** 0 for any free one. */
  readonly port: number
  /** Also what is told to clients that discover the node by gossip. */
  readonly host?: string
  /** A directory, or 'memory' for data that is gone at the end. */
  readonly data: string
  /** The server version that clients are told. */
  readonly version?: string
  /** Bytes that one append may have. */
  readonly maxAppendSize?: number
  /** Milliseconds since 1970. */
  readonly now?: () => number
}

export type EventStore = {
  readonly port: number
  /** Connection string for clients. */
  readonly url: string
  /** Ends the calls as a stopping server does, then closes; done within two seconds. */
  stop(): Promise<void>
  /** Cuts every connection first, as if the process had been killed. What was answered is on disk. */
  kill(): Promise<void>
}

const MEBIBYTE = 1_048_576

const GRPC_OPTIONS: grpc.ServerOptions = {
  'grpc.max_receive_message_length': 16 * MEBIBYTE,
  'grpc.max_send_message_length': -1,
  // The real server has this limit, and a client with a hundred subscriptions starves for it: better seen here than in production.
  'grpc.max_concurrent_streams': 100,
  'grpc.keepalive_time_ms': 10_000,
  'grpc.keepalive_timeout_ms': 10_000,
}

/** How long clients have to take the ends of their calls before the connections are cut. */
const GRACE = 1_000

/**
 * Starts the server. Rejects when the port is taken, when another process has the data directory, or when its data is of a newer
 * format. Resolves when it is ready for calls.
 */
export const startEventStore = async (options: EventStoreOptions): Promise<EventStore> => {
  const { host = '127.0.0.1', version = '24.10.0', now = Date.now } = options
  const log = openLog({ directory: options.data, now })
  try {
    await writeFirstEvents(log)
    const open = new OpenCalls()
    const persistentSubscriptions = await createPersistentSubscriptions(log, options.now === undefined ? {} : { now })
    const server = new grpc.Server(GRPC_OPTIONS)
    const services = [streamsService, persistentSubscriptions.definition, featuresGrpc.ServerFeaturesService, gossipGrpc.GossipService]
    server.addService(
      streamsService,
      streamsImplementation(log, open, { maxAppendSize: options.maxAppendSize ?? DEFAULT_MAX_APPEND_SIZE }),
    )
    server.addService(persistentSubscriptions.definition, persistentSubscriptions.implementation)
    server.addService(featuresGrpc.ServerFeaturesService, { getSupportedMethods: unary(() => supportedMethods(services, version)) })
    const instanceId = randomUUID()
    server.addService(gossipGrpc.GossipService, { read: unary(() => clusterInfo({ instanceId, host, port: shared.port }, now())) })

    const injector = server.createConnectionInjector(grpc.ServerCredentials.createInsecure())
    const httpServer = http.createServer(httpListener())
    const shared = await openSharedPort(host, options.port, {
      http1: (socket) => httpServer.emit('connection', socket),
      http2: (socket) => injector.injectConnection(socket),
    })

    let ended: Promise<void> | undefined
    const closeAll = async (): Promise<void> => {
      server.forceShutdown()
      shared.destroyAll()
      httpServer.close()
      await log.close()
    }
    return {
      port: shared.port,
      url: `esdb://${host}:${shared.port}?tls=false`,
      stop: () =>
        (ended ??= (async () => {
          shared.close()
          await within(GRACE / 2, persistentSubscriptions.shutdown())
          open.endAll(unavailable('The server is shutting down.'))
          // Its callback comes before the ends of the calls have left, so the connections themselves are waited for.
          server.tryShutdown(() => undefined)
          httpServer.closeIdleConnections()
          await within(GRACE, shared.emptied())
          await closeAll()
        })()),
      kill: () =>
        (ended ??= (async () => {
          shared.close()
          shared.destroyAll()
          await within(GRACE, persistentSubscriptions.shutdown())
          await closeAll()
        })()),
    }
  } catch (error) {
    await log.close()
    throw error
  }
}

/** Waits for something that is nice to have finished, but not for long. */
const within = async (milliseconds: number, work: Promise<void>): Promise<void> => {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds)
  })
  await Promise.race([work, limit])
  clearTimeout(timer)
}
