import { startNode } from './node.ts'
import type { EventStore, EventStoreOptions } from './options.ts'

export type { EventStore, EventStoreOptions } from './options.ts'

/**
 * Starts the server. Rejects when the port is taken, when another process has the data directory, or when its data is of a newer
 * format. Resolves when it is ready for calls.
 */
export const startEventStore = async (options: EventStoreOptions): Promise<EventStore> => {
  const node = await startNode(options)
  return { port: node.port, url: node.url, stop: () => node.stop(), kill: () => node.kill() }
}
