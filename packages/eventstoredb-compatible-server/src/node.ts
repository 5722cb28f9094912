import { randomUUID } from 'node:crypto'
import grpc from '@grpc/grpc-js'
import gossipGrpc from '@eventstore/db-client/generated/gossip_grpc_pb.js'
import { callLog } from './grpc/call-log.ts'
import { unavailable } from './grpc/errors.ts'
import { clusterInfo } from './grpc/gossip.ts'
import { createGrpcServer } from './grpc/grpc-server.ts'
import { unary } from './grpc/guard.ts'
import { OpenCalls } from './grpc/open-calls.ts'
import { UnfinishedCalls } from './grpc/unfinished-calls.ts'
import { http1Connections } from './http/http1-connections.ts'
import { httpListener } from './http/listener.ts'
import { openSharedPort, type SharedPort } from './http/shared-port.ts'
import { writeFirstEvents } from './log/first-events.ts'
import { openLog, type OwnedLog } from './log/open-log.ts'
import { DEFAULT_WRITE_TIMEOUT } from './log/write-timeout.ts'
import type { EventStore, EventStoreOptions } from './options.ts'
import { createPersistentSubscriptions } from './persistent-subscriptions/service.ts'
import { deriveLive } from './projections/derive.ts'
import { Projections } from './projections/projections.ts'
import { projectionsImplementation, projectionsService } from './projections/service.ts'
import { DEFAULT_MAX_APPEND_SIZE } from './streams/append-size.ts'
import { streamsImplementation, streamsService } from './streams/service.ts'
import { SERVER_VERSION } from './version.ts'

/** The server with its insides, for those who start it. */
export type Node = EventStore & {
  readonly log: OwnedLog
  readonly connections: Pick<SharedPort, 'destroy' | 'destroyAll' | 'count'>
  /** The option `losesMessages`, from now on: for groups that are made or loaded then. */
  loseMessages(lose: boolean): void
}

/** How long the groups have to write down how far they are. */
const LAST_CHECKPOINTS = 500

/** How long calls that are ended have to do so in order, and after that, answers that are under way have to arrive. */
const ORDERLY = 100
const GRACE = 800

/** Milliseconds: about what it takes the real server to write a link. */
const LINK_DELAY = 150

/** See `startEventStore`. The interceptors come before everything else that sees a call. */
export const startNode = async (
  options: EventStoreOptions,
  interceptors: readonly grpc.ServerInterceptor[] = [],
): Promise<Node> => {
  const { host = '127.0.0.1', now = Date.now, linkDelay = LINK_DELAY, strict = false } = options
  const delay = linkDelay === 0 ? undefined : linkDelay
  const processed = new Map<string, number>()
  const log = openLog({
    directory: options.data,
    now,
    rememberIds: !strict,
    ...(delay === undefined ? { derive: deriveLive(now, processed) } : {}),
  })
  const undo: (() => Promise<void>)[] = [() => log.close()]
  try {
    await writeFirstEvents(log, now())
    const open = new OpenCalls()
    const unfinished = new UnfinishedCalls()
    const projections = new Projections(log, { now, delay, processed })
    undo.push(() => projections.close())
    await projections.start()
    if (options.startStandardProjections === true) await projections.enableAll()
    let { losesMessages = false } = options
    const persistentSubscriptions = await createPersistentSubscriptions(log, {
      strict,
      losesMessages: () => losesMessages,
      ...(options.now === undefined ? {} : { now }),
    })
    undo.push(() => persistentSubscriptions.shutdown())
    const instanceId = randomUUID()
    const {
      maxAppendSize = DEFAULT_MAX_APPEND_SIZE,
      prepareTimeoutMs = DEFAULT_WRITE_TIMEOUT,
      commitTimeoutMs = DEFAULT_WRITE_TIMEOUT,
    } = options
    const limits = { maxAppendSize, writeTimeout: Math.min(prepareTimeoutMs, commitTimeoutMs) }
    const gossip = { read: unary(() => clusterInfo({ instanceId, host, port: shared.port }, now())) }
    const server = createGrpcServer(
      [
        { definition: streamsService, implementation: streamsImplementation(log, open, limits) },
        persistentSubscriptions,
        { definition: projectionsService, implementation: projectionsImplementation(projections, open) },
        { definition: gossipGrpc.GossipService, implementation: gossip },
      ],
      SERVER_VERSION,
      // The first is the one next to the wire.
      [...(options.verbose === undefined ? [] : [callLog(options.verbose)]), unfinished.interceptor, ...interceptors],
    )
    const injector = server.createConnectionInjector(grpc.ServerCredentials.createInsecure())
    const http1 = http1Connections(
      httpListener({
        instanceId,
        host,
        version: SERVER_VERSION,
        startedAt: new Date(now()),
        options: {
          data: options.data,
          startStandardProjections: options.startStandardProjections === true,
          maxAppendSize,
          prepareTimeoutMs,
          commitTimeoutMs,
        },
        port: () => shared.port,
        head: () => log.head(),
        writerFigures: () => log.writerFigures(),
        openCalls: () => open.size,
        connections: () => shared.count(),
        projections: () => projections.infos(),
        persistentSubscriptions,
      }),
    )
    const shared = await openSharedPort(host, options.port, {
      http1: (socket) => http1.take(socket),
      http2: (socket) => injector.injectConnection(socket),
    })

    let ended: Promise<void> | undefined
    const closeAll = async (): Promise<void> => {
      server.forceShutdown()
      shared.destroyAll()
      await projections.close()
      await log.close()
    }
    return {
      log,
      connections: shared,
      loseMessages: (lose) => {
        losesMessages = lose
      },
      port: shared.port,
      url: `esdb://${host}:${shared.port}?tls=false`,
      stop: () =>
        (ended ??= (async () => {
          const leaving = unavailable('The server is shutting down.')
          shared.close()
          http1.closeIdle()
          unfinished.refuse(leaving)
          await within(LAST_CHECKPOINTS, persistentSubscriptions.shutdown())
          open.endAll(leaving)
          // Its callback comes before the ends of the calls have left, so the connections themselves are waited for.
          server.tryShutdown(() => undefined)
          await within(ORDERLY, shared.emptied())
          unfinished.endIdle(leaving)
          await within(GRACE, shared.emptied())
          unfinished.endAll(leaving)
          await within(ORDERLY, shared.emptied())
          await closeAll()
        })()),
      kill: () =>
        (ended ??= (async () => {
          shared.close()
          shared.destroyAll()
          await within(LAST_CHECKPOINTS, persistentSubscriptions.shutdown())
          await closeAll()
        })()),
    }
  } catch (error) {
    for (const step of undo.reverse()) await step()
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
