import type { EventStoreDBClient } from '@eventstore/db-client'
import { isKeptFailure } from './classify-error.ts'
import { ClientClosed, closeClient, openClient } from './client.ts'
import type { StoreSettings } from './adapter-settings.ts'

/** The client for reads, and for what is asked about groups. */
export type ReadingClient = {
  /** To be asked for again for each call. @throws ClientClosed */
  current(): EventStoreDBClient
  /** Takes a new client if this one would answer with the same failure for ever; calls that it has open end, and may be made again. */
  noteFailure(of: EventStoreDBClient, error: unknown): void
  close(): Promise<void>
}

export const createReadingClient = (url: string, settings: StoreSettings): ReadingClient => {
  const open = () => openClient(url, 'read')
  const close = (client: EventStoreDBClient) => closeClient(client, settings.closeTimeoutMs, settings.warn)
  let current = open()
  let isClosed = false
  const closing = new Set<Promise<void>>()
  return {
    current() {
      if (isClosed) throw new ClientClosed('the client for reads is closed')
      return current
    },
    noteFailure(of, error) {
      if (isClosed || of !== current || !isKeptFailure(error)) return
      settings.warn('the client for reads is replaced by a new one', error)
      const old = close(current).finally(() => {
        closing.delete(old)
      })
      closing.add(old)
      current = open()
    },
    async close() {
      isClosed = true
      await Promise.all([...closing, close(current)])
    },
  }
}
