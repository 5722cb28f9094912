import type { EventStoreDBClient } from '@eventstore/db-client'
import { NoAnswer } from './answer-within.ts'
import { isKeptFailure } from './classify-error.ts'
import { ClientClosed, closeClient, openClient } from './client.ts'
import type { StoreSettings } from './adapter-settings.ts'
import { createTurns } from './turns.ts'

/** The client for reads, and for what is asked about groups. */
export type ReadingClient = {
  /** To be asked for again for each call. @throws ClientClosed */
  current(): EventStoreDBClient
  /** A place for a read among those under way. @throws ClientClosed; NoAnswer when none becomes free within `limitMs`; TooManyWait at once */
  turn(limitMs: number, signal?: AbortSignal): Promise<ReadingTurn>
  /**
   * Takes a new client if this one would answer with the same failure for ever, or its connection seems to be dead; calls that it has open
   * end, and may be made again.
   */
  noteFailure(of: EventStoreDBClient, error: unknown): void
  noteAnswer(of: EventStoreDBClient): void
  close(): Promise<void>
}

export type ReadingTurn = { readonly client: EventStoreDBClient; end(): void }

/**
 * Reads at a time. The server takes 100 calls on a connection and lets the next wait without a word, which would look as if it were silent;
 * and some of them are for what is asked about groups.
 */
const mostAtATime = 80
/** So often nothing has come within the limit, and nothing else in between. A connection that was lost without a word would cost 25 s. */
const silencesForANewClient = 2

export const createReadingClient = (url: string, settings: StoreSettings): ReadingClient => {
  const open = () => openClient(url, 'read')
  const close = (client: EventStoreDBClient) => closeClient(client, settings.closeTimeoutMs, settings.warn)
  let current = open()
  let isClosed = false
  const closing = new Set<Promise<void>>()
  let underWay = 0
  let silences = 0
  const free = () => {
    underWay -= 1
    turns.grant()
  }
  const turns = createTurns(
    (): true | undefined => {
      if (underWay >= mostAtATime) return undefined
      underWay += 1
      return true
    },
    free,
    settings.mostWaiting,
  )
  const currentClient = (): EventStoreDBClient => {
    if (isClosed) throw new ClientClosed('the client for reads is closed')
    return current
  }

  return {
    current: currentClient,
    async turn(limitMs, signal) {
      await turns.take(limitMs, 'waiting for earlier reads', signal)
      try {
        return { client: currentClient(), end: free }
      } catch (error) {
        free()
        throw error
      }
    },
    noteFailure(of, error) {
      if (isClosed || of !== current) return
      if (error instanceof NoAnswer) silences += 1
      if (!isKeptFailure(error) && silences < silencesForANewClient) return
      silences = 0
      settings.warn('the client for reads is replaced by a new one', error)
      const old = close(current).finally(() => {
        closing.delete(old)
      })
      closing.add(old)
      current = open()
    },
    noteAnswer(of) {
      if (of === current) silences = 0
    },
    async close() {
      isClosed = true
      await Promise.all([...closing, close(current)])
    },
  }
}
