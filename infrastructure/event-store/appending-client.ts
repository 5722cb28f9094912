import type { EventStoreDBClient } from '@eventstore/db-client'
import { answerWithin, NoAnswer } from './answer-within.ts'
import { createAppendCall, type AppendCall } from './append-call.ts'
import { isKeptFailure } from './classify-error.ts'
import { ClientClosed, closeClient, openClient, warmUp } from './client.ts'
import type { StoreSettings } from './adapter-settings.ts'
import { createTurns } from './turns.ts'

/** The process's one client for appends. */
export type AppendingClient = {
  /**
   * One attempt: `leftMs` to get its turn, and then the append's own time limit, or what is left if that is less.
   * @throws NoAnswer when the time is up; TooManyWait at once; ClientClosed; else what the client throws
   */
  attempt<Result>(call: (appends: AppendCall) => Promise<Result>, leftMs: number, signal?: AbortSignal): Promise<Result>
  warmUp(limitMs: number): Promise<void>
  close(): Promise<void>
}

const troublesForANewClient = 3

type Used = { readonly client: EventStoreDBClient; readonly appends: AppendCall; underWay: number; troubles: number }

export const createAppendingClient = (url: string, settings: StoreSettings): AppendingClient => {
  const open = (): Used => {
    const client = openClient(url, 'append')
    return { client, appends: createAppendCall(client), underWay: 0, troubles: 0 }
  }
  let current = open()
  let closed = false
  const closing = new Set<Promise<void>>()

  const free = (used: Used) => {
    used.underWay -= 1
    turns.grant()
  }

  const turns = createTurns(
    (): Used | undefined => {
      if (current.underWay >= settings.mostAppendsAtATime) return undefined
      current.underWay += 1
      return current
    },
    free,
    settings.mostWaiting,
  )

  const close = ({ client }: Used): Promise<void> => closeClient(client, settings.closeTimeoutMs, settings.warn)

  /** What is under way is rejected when the old one is closed, and goes to the new one. */
  const replace = (why: unknown) => {
    settings.warn('the client for appends is replaced by a new one', why)
    const old = close(current).finally(() => {
      closing.delete(old)
    })
    closing.add(old)
    current = open()
    turns.grant()
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
    call.then(
      () => {
        used.troubles = 0
        over()
      },
      (error: unknown) => {
        if (isKeptFailure(error)) noteTrouble(used, error)
        over()
      },
    )
  }

  return {
    async attempt(call, leftMs, signal) {
      const giveUpAt = Date.now() + leftMs
      const used = await turns.take(leftMs, 'waiting for earlier appends', signal)
      if (closed) {
        free(used)
        throw new ClientClosed('the client for appends is closed')
      }
      const answer = call(used.appends)
      watch(used, answer)
      return answerWithin(
        answer,
        Math.max(1, Math.min(settings.appendTimeoutMs, giveUpAt - Date.now())),
        'append',
        signal,
      )
    },

    async warmUp(limitMs) {
      try {
        await warmUp(current.client, limitMs)
      } catch (error) {
        replace(error)
        throw error
      }
    },

    async close() {
      closed = true
      await Promise.all([...closing, close(current)])
    },
  }
}
