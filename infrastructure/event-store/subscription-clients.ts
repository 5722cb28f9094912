import type { EventStoreDBClient } from '@eventstore/db-client'
import { closeClient, openClient } from './client.ts'
import type { StoreSettings } from './adapter-settings.ts'

/**
 * Clients for what stays open. The server takes 100 streams on a connection, and lets the next wait without a word; so each client
 * gets fewer than that. They are apart from the client for appends, whose connection must not break because a subscription did.
 */
export type SubscriptionClients = {
  lease(): ClientLease
  close(): Promise<void>
}

export type ClientLease = {
  readonly client: EventStoreDBClient
  /** `failed`: nobody is put on this client any more, because the client may keep a failed first call for ever. */
  release(outcome: 'ended' | 'failed'): Promise<void>
}

const mostStreamsOfAClient = 90

export const createSubscriptionClients = (url: string, settings: StoreSettings): SubscriptionClients => {
  type Entry = { readonly client: EventStoreDBClient; streams: number; retired: boolean }
  const entries = new Set<Entry>()

  const withRoom = (): Entry => {
    for (const entry of entries) if (!entry.retired && entry.streams < mostStreamsOfAClient) return entry
    const entry: Entry = { client: openClient(url, 'subscribe'), streams: 0, retired: false }
    entries.add(entry)
    return entry
  }

  return {
    lease() {
      const entry = withRoom()
      entry.streams += 1
      let released = false
      return {
        client: entry.client,
        async release(outcome) {
          if (released) return
          released = true
          entry.streams -= 1
          if (outcome === 'failed') entry.retired = true
          if (!entry.retired || entry.streams > 0) return
          entries.delete(entry)
          await closeClient(entry.client, settings.closeTimeoutMs, settings.warn)
        },
      }
    },
    async close() {
      const all = [...entries]
      entries.clear()
      await Promise.all(all.map(({ client }) => closeClient(client, settings.closeTimeoutMs, settings.warn)))
    },
  }
}
