import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import grpc from '@grpc/grpc-js'
import { EventStoreDBClient } from '@eventstore/db-client'
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js'
import type { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js'
import { startControlledEventStore, type ControlledEventStore } from '../faults/controlled-event-store.ts'
import { startEventStore, type EventStore, type EventStoreOptions } from '../server.ts'

/** What a test has opened, closed again last first. */
export class Opened {
  readonly #closing: (() => Promise<unknown> | undefined)[] = []

  after(close: () => Promise<unknown> | undefined): void {
    this.#closing.push(close)
  }

  async server(options: Partial<EventStoreOptions> = {}): Promise<EventStore> {
    const server = await startEventStore({ port: 0, data: 'memory', ...options })
    this.after(() => server.stop())
    return server
  }

  async controlled(options: Partial<EventStoreOptions> = {}): Promise<ControlledEventStore> {
    const server = await startControlledEventStore({ port: 0, data: 'memory', ...options })
    this.after(() => server.stop())
    return server
  }

  /** `options` are added to the connection string. */
  client(server: EventStore, options = ''): EventStoreDBClient {
    const client = EventStoreDBClient.connectionString(`${server.url}${options}`)
    // Disposing never ends when the server has ended one of the client's persistent subscriptions gracefully.
    this.after(() => Promise.race([client.dispose(), pause(1_000)]))
    return client
  }

  /** The bare stub, for what the client hides. */
  raw(server: EventStore): StreamsClient {
    const client = new streamsGrpc.StreamsClient(`127.0.0.1:${server.port}`, grpc.credentials.createInsecure())
    this.after(async () => client.close())
    return client
  }

  directory(): string {
    const directory = mkdtempSync(join(tmpdir(), 'event-store-test-'))
    this.after(async () => rmSync(directory, { recursive: true, force: true }))
    return directory
  }

  async close(): Promise<void> {
    for (const close of this.#closing.splice(0).reverse()) await close()
  }
}
