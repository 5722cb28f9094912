import type { EventStoreDBClient } from '@eventstore/db-client'
import type grpc from '@grpc/grpc-js'

// All that is used of the client and is not public in its types.

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

type Inside = ClientChannel & {
  getChannel(): Promise<{ close(): void }>
  readonly capabilities: Promise<unknown>
  handleError: (of: unknown, error: unknown) => Promise<void>
}

/** The types leave these out; the version is pinned, and the tests of whoever uses them fail where one is gone. */
const inside = (client: EventStoreDBClient): Inside => client as unknown as Inside

export const channelOf = (client: EventStoreDBClient): ClientChannel => inside(client)

/** The connection, which `dispose` leaves. */
export const closeConnection = async (client: EventStoreDBClient): Promise<void> => {
  const channel = await inside(client).getChannel()
  channel.close()
}

/** What the first append would ask for otherwise. There is no method that does just this. */
export const askForFeatures = async (client: EventStoreDBClient): Promise<void> => {
  await inside(client).capabilities
}

/**
 * When a call breaks while the client looks for a node of its cluster and finds none, it rejects a promise that it has handed to nobody,
 * which would end the process. Whoever made the call, and whoever waits for a node, is told by their own.
 */
export const keepFaultsHandled = (client: EventStoreDBClient): void => {
  const own = inside(client)
  const { handleError } = own
  own.handleError = (of, error) => handleError(of, error).catch(() => undefined)
}
