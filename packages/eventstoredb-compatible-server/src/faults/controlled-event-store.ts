import { startNode } from '../node.ts'
import type { EventStore, EventStoreOptions } from '../options.ts'
import { Faults } from './faults.ts'

export type ControlledEventStore = EventStore & { readonly faults: Faults }

/** For tests: a server that fails when it is told to. Otherwise as `startEventStore`. */
export const startControlledEventStore = async (options: EventStoreOptions): Promise<ControlledEventStore> => {
  const faults = new Faults()
  const node = await startNode(options, [faults.interceptor])
  faults.attach(node)
  return { port: node.port, url: node.url, stop: () => node.stop(), kill: () => node.kill(), faults }
}
