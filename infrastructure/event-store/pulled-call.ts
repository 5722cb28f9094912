import { convertToCommandError, type EventStoreDBClient } from '@eventstore/db-client'
import grpc from '@grpc/grpc-js'
import { channelOf, type ClientChannel } from './client-channel.ts'
import { createPuller, type PulledStream, type Puller } from './puller.ts'

/** A streaming call by the client's channel whose messages are taken when they are wanted. */
export type PulledCall<Item, Stream> = Puller<Item> & {
  readonly stream: Stream
  /** Ends the call; nothing comes after it, and no error. */
  cancel(): Promise<void>
}

type Cancellable = PulledStream & { cancel(): void }

/** @throws what the client would */
export const openPulledCall = async <Item, Service extends grpc.Client, Stream extends Cancellable>(
  client: EventStoreDBClient,
  kind: grpc.ServiceClientConstructor,
  name: string,
  start: (service: Service, channel: ClientChannel) => Stream,
): Promise<PulledCall<Item, Stream>> => {
  const channel = channelOf(client)
  let isCancelled = false
  /** What the client makes of an error; none where this call was cancelled here. Where its client was closed it has not said all. */
  const faultOf = (error: Error): Error | undefined =>
    isCancelled && isCancellation(error) ? undefined : convertToCommandError(error)
  const opened = Promise.withResolvers<Puller<Item>>()
  const open = channel.GRPCStreamCreator<Service, Stream>(kind, name, async (service) => {
    const stream = start(service, channel)
    // In this very turn: what it emits must not be missed.
    opened.resolve(createPuller<Item>(stream, faultOf))
    return stream
  })
  const stream = await open()
  return {
    ...(await opened.promise),
    stream,
    async cancel() {
      // Not in the turn in which something was written: https://github.com/grpc/grpc-node/issues/1652
      await new Promise((resolve) => {
        setImmediate(resolve)
      })
      isCancelled = true
      stream.cancel()
    },
  }
}

const isCancellation = (error: Error): boolean =>
  'code' in error &&
  error.code === grpc.status.CANCELLED &&
  'details' in error &&
  error.details === 'Cancelled on client'
