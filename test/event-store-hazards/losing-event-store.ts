import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EventStoreDBClient } from '@eventstore/db-client'
import { startEventStore } from 'eventstoredb-compatible-server/source'
import { chosenEventStore } from 'eventstoredb-compatible-server/source/testing/any-server'
import { connectEventStore } from '../../infrastructure/event-store/adapter.ts'
import type { EventStore } from '../../infrastructure/event-store/port.ts'
import { groupSettings } from '../../processors/groups.ts'
import { deleteGroups } from '../contract/delete-groups.ts'
import { ownEventStore } from '../support/event-store.ts'

/** An event store that may lose messages at a restart as a real one does. */
export type LosingEventStore = {
  /** It loses whatever a real one can lose. Another one than ours may have been luckier, or is better. */
  readonly losesForSure: boolean
  readonly url: string
  readonly store: EventStore
  /** The official client, for what the shop never asks for. */
  readonly client: EventStoreDBClient
  /**
   * Everything that these groups of the server have in memory is gone: by SIGKILL of the server; where somebody else runs it, by setting
   * their settings anew. `meanwhile` is what happens while they are away.
   */
  restart(groups: readonly string[], meanwhile?: () => Promise<unknown>): Promise<void>
  close(groups: readonly string[]): Promise<void>
}

type Server = Pick<LosingEventStore, 'losesForSure' | 'url'> & {
  /** Undefined where it is not ours to kill. */
  readonly restart?: (meanwhile: () => Promise<unknown>) => Promise<void>
  readonly close: () => Promise<void>
}

const ours = async (): Promise<Server> => {
  const data = await mkdtemp(join(tmpdir(), 'losing-event-store-'))
  const launch = (port: number) => startEventStore({ port, data, losesMessages: true })
  let server = await launch(0)
  return {
    losesForSure: true,
    url: server.url,
    async restart(meanwhile) {
      await server.kill()
      await meanwhile()
      server = await launch(server.port)
    },
    async close() {
      await server.stop()
      await rm(data, { recursive: true, force: true })
    },
  }
}

const byCommand = async (): Promise<Server> => {
  const server = await ownEventStore()
  return {
    losesForSure: false,
    url: server.url,
    async restart(meanwhile) {
      await server.kill()
      await meanwhile()
      await server.start()
    },
    close: () => server.close(),
  }
}

const chosen = (): Promise<Server> => {
  const choice = chosenEventStore(process.env)
  switch (choice.kind) {
    case 'embedded':
      return ours()
    case 'command':
      return byCommand()
    case 'running':
      return Promise.resolve({ losesForSure: false, url: choice.url, close: async () => undefined })
  }
}

const open = async ({ losesForSure, url, restart, close }: Server): Promise<LosingEventStore> => {
  const store = await connectEventStore({ url, patienceMs: 10_000, appendTimeoutMs: 500 })
  const client = EventStoreDBClient.connectionString(url)
  return {
    losesForSure,
    url,
    store,
    client,
    async restart(groups, meanwhile = async () => undefined) {
      if (restart !== undefined) return restart(meanwhile)
      for (const group of groups) await store.updateGroup(group, groupSettings)
      await meanwhile()
    },
    async close(groups) {
      await deleteGroups(url, groups)
      await client.dispose()
      await store.dispose()
      await close()
    },
  }
}

/** Ours, which loses for sure. */
export const ownLosingEventStore = async (): Promise<LosingEventStore> => open(await ours())
/** That of EVENTSTORE_URL or EVENTSTORE_COMMAND, or ours. */
export const chosenLosingEventStore = async (): Promise<LosingEventStore> => open(await chosen())
