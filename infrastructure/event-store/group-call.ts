import { UnsupportedError, type EventStoreDBClient } from '@eventstore/db-client'
import persistentGrpc from '@eventstore/db-client/generated/persistent_grpc_pb.js'
import persistent from '@eventstore/db-client/generated/persistent_pb.js'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import grpc from '@grpc/grpc-js'
import { channelOf } from './client-channel.ts'
import { toDeliveredMessage, type DeliveredMessage } from './delivered-message.ts'
import { openPulledCall } from './pulled-call.ts'
import type { Puller } from './puller.ts'

/** A call by which a group is consumed. */
export type GroupCall = Puller<DeliveredMessage> & {
  /**
   * Both answer when it is written here, which is all that can be known, and never reject. If the connection breaks while the write waits
   * for room, nothing tells of it: they answer then, too.
   */
  ack(ids: readonly string[]): Promise<void>
  park(ids: readonly string[], reason: string): Promise<void>
  /** Answers when it is done. Without this the server keeps the consumer's place, and the messages that it believes to be in its hands. */
  cancel(): Promise<void>
}

type Stream = grpc.ClientDuplexStream<persistent.ReadReq, DeliveredMessage>
type Looking = grpc.Client & { read(metadata: grpc.Metadata, options: grpc.CallOptions): Stream }

const { read } = persistentGrpc.PersistentSubscriptionsService
const LookingClient = grpc.makeGenericClientConstructor(
  { read: { ...read, responseDeserialize: toDeliveredMessage } },
  'PersistentSubscriptions',
)

/**
 * Subscribes to a group of `$all` as the client's own method does, which makes objects of everything that comes; here it is looked into
 * first. @throws what that method would
 */
export const callGroup = async (client: EventStoreDBClient, group: string, bufferSize: number): Promise<GroupCall> => {
  if (!(await channelOf(client).supports(read, 'all')))
    throw new UnsupportedError('subscribeToPersistentSubscriptionToAll', '21.10')
  const call = await openPulledCall<DeliveredMessage, Looking, Stream>(
    client,
    LookingClient,
    'subscribeToPersistentSubscriptionToAll',
    (looking, channel) => {
      const opened = looking.read(...channel.callArguments({}, { deadline: Infinity }))
      opened.write(subscribe(group, bufferSize))
      return opened
    },
  )
  const { stream } = call
  const end = endOf(stream)
  const tell = (request: persistent.ReadReq) =>
    end.orSooner(
      new Promise((resolve) => {
        stream.write(request, () => {
          resolve()
        })
      }),
    )
  return {
    ...call,
    ack: (ids) => tell(new persistent.ReadReq().setAck(new persistent.ReadReq.Ack().setIdsList(toIds(ids)))),
    park: (ids, reason) =>
      tell(
        new persistent.ReadReq().setNack(
          new persistent.ReadReq.Nack()
            .setAction(persistent.ReadReq.Nack.Action.PARK)
            .setReason(reason)
            .setIdsList(toIds(ids)),
        ),
      ),
    async cancel() {
      end.reach()
      await call.cancel()
    },
  }
}

const subscribe = (group: string, bufferSize: number): persistent.ReadReq =>
  new persistent.ReadReq().setOptions(
    new persistent.ReadReq.Options()
      .setAll(new shared.Empty())
      .setGroupName(group)
      .setBufferSize(bufferSize)
      .setUuidOption(new persistent.ReadReq.Options.UUIDOption().setString(new shared.Empty())),
  )

const toIds = (ids: readonly string[]): shared.UUID[] => ids.map((id) => new shared.UUID().setString(id))

/** The end of a call, to wait for together with something else, as often as one likes: nothing of it stays behind. */
const endOf = (stream: Stream) => {
  const waiting = new Set<() => void>()
  let reached = false
  const reach = () => {
    reached = true
    for (const go of waiting) go()
  }
  stream.on('error', reach)
  stream.on('end', () => {
    // Until this side is over too the client waits for it when it is closed.
    stream.end()
    reach()
  })
  stream.on('close', reach)
  return {
    reach,
    orSooner: (work: Promise<void>): Promise<void> =>
      new Promise((resolve) => {
        const done = () => {
          waiting.delete(done)
          resolve()
        }
        waiting.add(done)
        void work.then(done)
        if (reached) done()
      }),
  }
}
