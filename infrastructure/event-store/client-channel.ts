import type { EventStoreDBClient } from '@eventstore/db-client'
import type grpc from '@grpc/grpc-js'

/**
 * What the client has for its own methods, which are put onto it from outside, and for those of whoever extends it: the channel with
 * its discovery, TLS and reconnection, the credentials, and what the server can do. Nothing of that is made anew here.
 */
export type ClientChannel = {
  GRPCStreamCreator<Service extends grpc.Client, Stream>(
    kind: grpc.ServiceClientConstructor,
    name: string,
    open: (client: Service) => Promise<Stream>,
  ): () => Promise<Stream>
  callArguments(base: Readonly<Record<string, never>>, options: grpc.CallOptions): [grpc.Metadata, grpc.CallOptions]
  supports(method: { readonly path: string }, feature?: string): Promise<boolean>
}

/** Not public in the client's types, though meant for methods like ours. */
export const channelOf = (client: EventStoreDBClient): ClientChannel => client as unknown as ClientChannel
