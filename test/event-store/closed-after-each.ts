import { EventStoreDBClient } from '@eventstore/db-client'
import { startControlledEventStore, type ControlledEventStore } from 'eventstoredb-compatible-server/source/testing'
import { connectEventStore, type EventStoreOptions } from '../../infrastructure/event-store/adapter.ts'
import { closeClient } from '../../infrastructure/event-store/client.ts'
import type { EventStore } from '../../infrastructure/event-store/port.ts'
import { startProxy, type Proxy } from './proxy.ts'
import { startScriptedServer, type ScriptedServer } from './scripted-server.ts'

/** What a test opens to hold the bare client beside the adapter. */
export type Opening = {
  server(): Promise<ControlledEventStore>
  scriptedServer(): Promise<ScriptedServer>
  proxy(port: number): Promise<Proxy>
  /** The client as it comes, with nothing of ours about it. */
  bareClient(url: string): EventStoreDBClient
  adapter(options: EventStoreOptions): Promise<EventStore>
  /** Anything else that has to be ended. */
  also(close: () => Promise<unknown>): void
}

/** To be called in a `describe`: what is opened by it is closed after each test, the last first. */
export const closedAfterEach = (): Opening => {
  const closings: (() => Promise<unknown>)[] = []
  afterEach(async () => {
    for (const close of closings.splice(0).reverse()) await close()
  })
  return {
    async server() {
      const server = await startControlledEventStore({ port: 0, data: 'memory' })
      closings.push(() => server.stop())
      return server
    },
    async scriptedServer() {
      const server = await startScriptedServer()
      closings.push(async () => {
        server.close()
      })
      return server
    },
    async proxy(port) {
      const proxy = await startProxy(port)
      closings.push(async () => {
        proxy.close()
      })
      return proxy
    },
    bareClient(url) {
      const client = EventStoreDBClient.connectionString(url)
      closings.push(() => closeClient(client, 200, () => undefined))
      return client
    },
    async adapter(options) {
      const store = await connectEventStore(options)
      closings.push(() => store.dispose())
      return store
    },
    also(close) {
      closings.push(close)
    },
  }
}
