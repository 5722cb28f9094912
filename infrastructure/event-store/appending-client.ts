import type { EventStoreDBClient } from '@eventstore/db-client'
import { closeClient, openClient, warmUp } from './client.ts'
import type { StoreSettings } from './settings.ts'
import { NoAnswer, within } from './waiting.ts'

/** The process's one client for appends. */
export type AppendingClient = {
  /**
   * One attempt: `leftMs` to get its turn, and then the append's own time limit, or what is left if that is less.
   * @throws NoAnswer when the time is up; else what the client throws
   */
  attempt<Result>(call: (client: EventStoreDBClient) => Promise<Result>, leftMs: number, signal?: AbortSignal): Promise<Result>
  warmUp(limitMs: number): Promise<void>
  close(): Promise<void>
}

/**
 * Beyond 15 messages not yet on the wire the client queues inside itself, and when the stream breaks then, it rejects promises that
 * nobody holds. So no more than this many appends are under way at a time, also such as nobody waits for any more. A client is at
 * its best from eight on.
 */
const mostAtATime = 12
const troublesForANewClient = 3

type Used = { readonly client: EventStoreDBClient; underWay: number; troubles: number }

/** No type, a code that is not UNAVAILABLE: the failed request for the features, which the client would answer with for ever. */
const isKeptFailure = (error: unknown): boolean =>
  error instanceof Error && !('type' in error) && 'code' in error && typeof error.code === 'number' && error.code !== 14

export const createAppendingClient = (url: string, settings: StoreSettings): AppendingClient => {
  const open = (): Used => ({ client: openClient(url, 'append'), underWay: 0, troubles: 0 })
  let current = open()
  let closed = false
  let replacement: Promise<void> | undefined
  const queue: ((used: Used) => void)[] = []

  const grant = () => {
    while (replacement === undefined && current.underWay < mostAtATime) {
      const next = queue.shift()
      if (next === undefined) return
      current.underWay += 1
      next(current)
    }
  }

  const free = (used: Used) => {
    used.underWay -= 1
    grant()
  }

  const turn = async (limitMs: number, signal?: AbortSignal): Promise<Used> => {
    const mine = Promise.withResolvers<Used>()
    queue.push(mine.resolve)
    grant()
    try {
      return await within(mine.promise, limitMs, 'waiting for earlier appends', signal)
    } catch (error) {
      const place = queue.indexOf(mine.resolve)
      if (place >= 0) queue.splice(place, 1)
      // The turn came at the very moment it was given up.
      else void mine.promise.then(free)
      throw error
    }
  }

  /**
   * Closing a client rejects every append of the process, those of a new client too, and answers that come to them later throw
   * inside it. So nothing is sent until the old one is closed; what was under way is rejected by then and goes to the new one.
   */
  const replace = (why: unknown) => {
    settings.warn('the client for appends is replaced by a new one', why)
    const old = current
    current = open()
    replacement = closeClient(old.client, settings.closeTimeoutMs, settings.warn).then(() => {
      replacement = undefined
      grant()
    })
  }

  const noteTrouble = (used: Used, why: unknown) => {
    used.troubles += 1
    if (used === current && !closed && used.troubles >= troublesForANewClient) replace(why)
  }

  /** Keeps the place, and an eye on the client, until the call is really over, whether or not anybody still waits for it. */
  const watch = (used: Used, call: Promise<unknown>) => {
    const silence = setTimeout(() => {
      noteTrouble(used, new NoAnswer(`append: no answer within ${settings.appendTimeoutMs} ms`))
    }, settings.appendTimeoutMs)
    const over = () => {
      clearTimeout(silence)
      free(used)
    }
    call.then(() => {
      used.troubles = 0
      over()
    }, (error: unknown) => {
      if (isKeptFailure(error)) noteTrouble(used, error)
      over()
    })
  }

  return {
    async attempt(call, leftMs, signal) {
      const giveUpAt = Date.now() + leftMs
      const used = await turn(leftMs, signal)
      const answer = call(used.client)
      watch(used, answer)
      return within(answer, Math.max(1, Math.min(settings.appendTimeoutMs, giveUpAt - Date.now())), 'append', signal)
    },

    async warmUp(limitMs) {
      try {
        await warmUp(current.client, limitMs)
      } catch (error) {
        replace(error)
        throw error
      }
    },

    close() {
      closed = true
      return closeClient(current.client, settings.closeTimeoutMs, settings.warn)
    },
  }
}
