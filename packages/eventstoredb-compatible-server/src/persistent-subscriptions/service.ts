import { randomUUID } from 'node:crypto'
import { PersistentSubscriptionsService } from '@eventstore/db-client/generated/persistent_grpc_pb.js'
import messages from '@eventstore/db-client/generated/persistent_pb.js'
import type {
  CreateReq,
  CreateResp,
  DeleteReq,
  DeleteResp,
  GetInfoReq,
  GetInfoResp,
  ListReq,
  ListResp,
  ReadResp,
  ReplayParkedReq,
  ReplayParkedResp,
  UpdateReq,
  UpdateResp,
} from '@eventstore/db-client/generated/persistent_pb.js'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import type { Empty } from '@eventstore/db-client/generated/shared_pb.js'
import type grpc from '@grpc/grpc-js'
import { handlerFailed, persistentSubscriptionFailed } from '../grpc/errors.ts'
import { unary } from '../grpc/guard.ts'
import type { Log } from '../log/types.ts'
import { readCreate, readUpdate, sourceName } from './group-request.ts'
import { infoMessage } from './info-message.ts'
import { infoOf } from './info.ts'
import type { GroupInfo } from './info.ts'
import { read } from './read.ts'
import { Subsystem } from './subsystem.ts'

/** Timeouts and checkpoints by time are looked at this often. */
const TICK_MS = 1_000

export type PersistentSubscriptions = {
  readonly definition: grpc.ServiceDefinition
  readonly implementation: grpc.UntypedServiceImplementation
  /** Of one stream's groups, or of all. Rejects like `List` where a stream never had any. */
  infos(stream?: string): Promise<readonly GroupInfo[]>
  /** Rejects when there is no such group, and below zero. `stopAt` is a number in the parked stream, itself not replayed. */
  replayParked(stream: string, group: string, stopAt: bigint | undefined): Promise<void>
  restart(): Promise<void>
  /** Ends every read with `persistent-subscription-dropped`; resolves when nothing is being written any more. */
  shutdown(): Promise<void>
}

/** The generated service, but its reads also take responses that are bytes already. */
const definition: grpc.ServiceDefinition = {
  ...PersistentSubscriptionsService,
  read: {
    ...PersistentSubscriptionsService.read,
    responseSerialize: (response: ReadResp | Buffer): Buffer =>
      Buffer.isBuffer(response) ? response : Buffer.from(response.serializeBinary()),
  },
}

const optionsOf = <Options>(request: { getOptions(): Options | undefined }): Options => {
  const options = request.getOptions()
  if (options === undefined) throw handlerFailed('Options are missing.')
  return options
}

const replayParked = async (
  subsystem: Subsystem,
  stream: string,
  name: string,
  stopAt: bigint | undefined,
): Promise<void> => {
  const group = await subsystem.group(stream, name)
  if (stopAt !== undefined && stopAt < 0n) {
    throw persistentSubscriptionFailed(stream, name, 'Cannot stop replaying parked message at a negative version.')
  }
  group.replayParked(stopAt)
}

/** `now` in milliseconds since 1970, by default from a clock that never goes back. `strict` and `losesMessages` as in the server's options. */
export const createPersistentSubscriptions = async (
  log: Log,
  options: {
    readonly now?: () => number
    readonly newId?: () => string
    readonly strict?: boolean
    readonly losesMessages?: () => boolean
  } = {},
): Promise<PersistentSubscriptions> => {
  const now = options.now ?? ((): number => performance.timeOrigin + performance.now())
  const subsystem = new Subsystem({
    log,
    now,
    newId: options.newId ?? randomUUID,
    defer: setImmediate,
    missesCheckpoints: options.strict ?? false,
    losesMessages: options.losesMessages ?? (() => false),
  })
  const timer = setInterval(() => subsystem.tick(), TICK_MS).unref()

  const implementation: grpc.UntypedServiceImplementation = {
    create: unary(async (request: CreateReq): Promise<CreateResp> => {
      await subsystem.create(readCreate(request))
      return new messages.CreateResp()
    }),
    update: unary(async (request: UpdateReq): Promise<UpdateResp> => {
      await subsystem.update(readUpdate(request))
      return new messages.UpdateResp()
    }),
    delete: unary(async (request: DeleteReq): Promise<DeleteResp> => {
      const group = optionsOf(request)
      await subsystem.delete(sourceName(group), group.getGroupName())
      return new messages.DeleteResp()
    }),
    read: read(subsystem),
    getInfo: unary(async (request: GetInfoReq): Promise<GetInfoResp> => {
      const named = optionsOf(request)
      const group = await subsystem.group(sourceName(named), named.getGroupName())
      return new messages.GetInfoResp().setSubscriptionInfo(infoMessage(infoOf(group, now())))
    }),
    replayParked: unary(async (request: ReplayParkedReq): Promise<ReplayParkedResp> => {
      const named = optionsOf(request)
      const stopAt = named.hasStopAt() ? BigInt(named.getStopAt()) : undefined
      await replayParked(subsystem, sourceName(named), named.getGroupName(), stopAt)
      return new messages.ReplayParkedResp()
    }),
    list: unary(async (request: ListReq): Promise<ListResp> => {
      const ofStream = optionsOf(request).getListForStream()
      const groups = await subsystem.list(
        ofStream &&
          sourceName({
            hasAll: () => ofStream.hasAll(),
            getStreamIdentifier: () => ofStream.getStream(),
          }),
      )
      return new messages.ListResp().setSubscriptionsList(groups.map((group) => infoMessage(infoOf(group, now()))))
    }),
    restartSubsystem: unary(async (): Promise<Empty> => {
      await subsystem.restart()
      return new shared.Empty()
    }),
  }

  return {
    definition,
    implementation,
    infos: async (stream) => (await subsystem.list(stream)).map((group) => infoOf(group, now())),
    replayParked: (stream, name, stopAt) => replayParked(subsystem, stream, name, stopAt),
    restart: () => subsystem.restart(),
    shutdown: async () => {
      clearInterval(timer)
      await subsystem.stop()
    },
  }
}
