import type { EventStoreDBClient } from '@eventstore/db-client'
import { closeClient, openClient, warmUp } from './client.ts'
import type { StoreSettings } from './settings.ts'
import { NoAnswer, within } from './waiting.ts'

/** The process's one client for appends. */
export type AppendingClient = {
  /** One attempt, with its limit. @throws NoAnswer when the limit is reached; else what the client throws */
  attempt<Result>(call: (client: EventStoreDBClient) => Promise<Result>, limitMs: number, signal?: AbortSignal): Promise<Result>
  warmUp(limitMs: number): Promise<void>
  close(): Promise<void>
}

/**
 * Beyond 15 messages not yet on the wire the client queues inside itself, and when the stream breaks then, it rejects promises that
 * nobody holds. So no more than this many appends are under way at a time, and the silent ones below are counted in. A client is
 * at its best from eight on.
 */
const mostAtATime = 12
const troublesForANewClient = 3

/** No type, a code that is not UNAVAILABLE: the failed request for the features, which the client would answer with for ever. */
const isKeptFailure = (error: unknown): boolean =>
  error instanceof Error && !('type' in error) && 'code' in error && typeof error.code === 'number' && error.code !== 14

export const createAppendingClient = (url: string, settings: StoreSettings): AppendingClient => {
  let client = openClient(url, 'append')
  let troubles = 0
  let free = mostAtATime
  let replacement: Promise<void> | undefined
  const queue: (() => void)[] = []

  const enter = async (limitMs: number, signal?: AbortSignal): Promise<void> => {
    if (free > 0) {
      free -= 1
      return
    }
    const turn = Promise.withResolvers<void>()
    queue.push(turn.resolve)
    try {
      await within(turn.promise, limitMs, 'waiting for earlier appends', signal)
    } catch (error) {
      const place = queue.indexOf(turn.resolve)
      // The turn may have come at the same moment; then it is passed on.
      if (place === -1) leave()
      else queue.splice(place, 1)
      throw error
    }
  }

  const leave = () => {
    const next = queue.shift()
    if (next === undefined) free += 1
    else next()
  }

  /**
   * Closing a client rejects every append of the process, those of a new client too, and answers that come to them later throw
   * inside it. So nothing is sent until the old one is closed; what was under way is rejected by then and goes to the new one.
   */
  const replace = () => {
    const old = client
    client = openClient(url, 'append')
    troubles = 0
    replacement = closeClient(old, settings.closeTimeoutMs, settings.warn).then(() => { replacement = undefined })
  }

  const noteTrouble = (of: EventStoreDBClient, error: unknown) => {
    if (of !== client || !(error instanceof NoAnswer || isKeptFailure(error))) return
    troubles += 1
    if (troubles < troublesForANewClient) return
    settings.warn('the client for appends is replaced by a new one', error)
    replace()
  }

  return {
    async attempt(call, limitMs, signal) {
      const start = Date.now()
      await enter(limitMs, signal)
      try {
        const left = () => Math.max(1, limitMs - (Date.now() - start))
        while (replacement !== undefined) await within(replacement, left(), 'waiting for a new client', signal)
        const own = client
        try {
          const result = await within(call(own), left(), 'append', signal)
          troubles = 0
          return result
        } catch (error) {
          // A caller who gave up counts too: the message may still be in the client's queue.
          noteTrouble(own, error)
          throw error
        }
      } finally {
        leave()
      }
    },

    async warmUp(limitMs) {
      try {
        await warmUp(client, limitMs)
      } catch (error) {
        replace()
        throw error
      }
    },

    close: () => closeClient(client, settings.closeTimeoutMs, settings.warn),
  }
}
