import type { EventStoreDBClient } from '@eventstore/db-client'
import { classifyError, isKeptFailure } from './classify-error.ts'
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
 * nobody holds. A client that has not answered since it was opened or since something broke writes only when it is connected, all at
 * once; so that many appends, and no more, are given to it.
 */
const mostUnwritten = 12
/** Under way at a time with a client that answers, also such as nobody waits for any more: the server flushes them together. */
const mostAtATime = 64
const troublesForANewClient = 3

type Used = { readonly client: EventStoreDBClient; underWay: number; starting: number; answers: boolean; troubles: number }

/** Messages that wait to be written to the connection. Not public, and the only way to know. */
const unwritten = (client: EventStoreDBClient): number => {
  const { disposableStreams } = client as unknown as { readonly disposableStreams: Iterable<{ readonly writableLength?: number }> }
  let most = 0
  for (const { writableLength = 0 } of disposableStreams) most = Math.max(most, writableLength)
  return most
}

const hasRoom = ({ client, underWay, starting, answers }: Used): boolean =>
  answers ? underWay < mostAtATime && starting + unwritten(client) < mostUnwritten : underWay < mostUnwritten

export const createAppendingClient = (url: string, settings: StoreSettings): AppendingClient => {
  const open = (): Used => ({ client: openClient(url, 'append'), underWay: 0, starting: 0, answers: false, troubles: 0 })
  let current = open()
  let closed = false
  let replacement: Promise<void> | undefined
  const queue: ((used: Used) => void)[] = []

  const grant = () => {
    while (replacement === undefined && hasRoom(current)) {
      const next = queue.shift()
      if (next === undefined) return
      const used = current
      used.underWay += 1
      // It is written within this turn of the event loop; until then it is not seen among what waits to be written.
      used.starting += 1
      setImmediate(() => {
        used.starting -= 1
        grant()
      })
      next(used)
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
      used.answers = true
      over()
    }, (error: unknown) => {
      if (classifyError(error) !== 'conflict') used.answers = false
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
