import { StoreUnavailable } from '../../infrastructure/event-store/port.ts'
import { positionToText } from '../../infrastructure/event-store/position.ts'
import { HttpFault } from '../../infrastructure/http/problem.ts'
import { interruptible, pause } from '../../infrastructure/time/waiting.ts'
import type { TimelineRow } from '../../projections/timeline/table.ts'
import type { Database } from '../database.ts'
import { eventsAfter, ordersOf, type ShownOrder } from '../orders/queries.ts'

/** Events in the order of the log, and the orders that they are about as these are now. */
export type Changes = {
  /** Up to here all is told. */
  readonly position: string
  readonly events: readonly TimelineRow[]
  readonly orders: ReadonlyMap<string, ShownOrder>
}

/** `behind`: nothing can be told at the moment; it goes on by itself. `lost`: too much has come for whoever reads so slowly. */
export type Told = { readonly changes: Changes } | { readonly behind: string } | { readonly lost: true }

export type Following = {
  /** What was there is read up to here, at least; everything after it is told. */
  readonly position: string
  /** Until the signal aborts, or after `lost`. */
  told(): AsyncGenerator<Told>
  close(): void
}

export type ChangesOptions = {
  readonly database: Database
  /** Something is wrong that will not pass by itself. */
  readonly failed?: (error: unknown) => void
  readonly everyMs?: number
  /** Rows that are read at a time. */
  readonly most?: number
  /** Batches that wait for one listener. */
  readonly mostWaiting?: number
}

type Listener = { readonly waiting: Told[]; wake: () => void; isLost: boolean }

const isPassing = (error: unknown): boolean =>
  error instanceof StoreUnavailable || (error instanceof HttpFault && error.status === 503)

/**
 * What changes, for everybody who listens: the tables are looked at once for all of them, and not at all while nobody listens. Only what
 * both tables have come to is told: whoever hears of an event finds the order as it is with it.
 */
export const createChanges = ({
  database,
  failed = () => undefined,
  everyMs = 500,
  most = 500,
  mostWaiting = 100,
}: ChangesOptions) => {
  const listeners = new Set<Listener>()
  let position: string | undefined
  let isAway = false
  let looking: Promise<void> | undefined

  const tell = (told: Told) => {
    for (const listener of listeners) {
      if (listener.waiting.length >= mostWaiting) listener.isLost = true
      else listener.waiting.push(told)
      listener.wake()
    }
  }

  /** Answers whether there is more already. */
  const look = async (after: string): Promise<boolean> => {
    const found = await eventsAfter(after, most).ask(database)
    const end = found.position === undefined ? '' : positionToText(found.position)
    const events = found.rows.filter((row) => row.position <= end)
    const last = events.at(-1)
    if (last === undefined) return false
    const ids = [...new Set(events.map(({ orderId }) => orderId))]
    const { rows } = await ordersOf(ids).ask(database)
    position = last.position
    tell({ changes: { position: last.position, events, orders: new Map(rows.map((row) => [row.orderId, row])) } })
    return events.length === most
  }

  const lookOnce = async (after: string): Promise<boolean> => {
    try {
      const isMore = await look(after)
      isAway = false
      return isMore
    } catch (error) {
      if (!isAway && !isPassing(error)) failed(error)
      if (!isAway) tell({ behind: 'the read tables cannot be asked at the moment' })
      isAway = true
      return false
    }
  }

  const lookWhileSomebodyListens = async (): Promise<void> => {
    while (listeners.size > 0 && position !== undefined) if (!(await lookOnce(position))) await pause(everyMs)
    position = undefined
    isAway = false
  }

  /** Where the tables are. @throws StoreUnavailable, HttpFault */
  const whereTablesAre = async (): Promise<string> => {
    const found = await eventsAfter('9', 1).ask(database)
    return found.position === undefined ? '' : positionToText(found.position)
  }

  return {
    /** @throws StoreUnavailable, HttpFault where the tables cannot be asked */
    async follow(signal: AbortSignal): Promise<Following> {
      const listener: Listener = { waiting: [], wake: () => undefined, isLost: false }
      const start = await whereTablesAre()
      listeners.add(listener)
      // What was told to others before is behind `start`, or is told again: whoever listens looks at the positions.
      if (position === undefined || position > start) position = start
      looking ??= lookWhileSomebodyListens().finally(() => {
        looking = undefined
      })
      const close = () => {
        listeners.delete(listener)
        listener.wake()
      }
      signal.addEventListener('abort', close, { once: true })
      return {
        position: start,
        close,
        async *told() {
          while (!signal.aborted) {
            const next = listener.waiting.shift()
            if (next !== undefined) yield next
            else if (listener.isLost) {
              yield { lost: true }
              return
            } else {
              const { over, stop } = interruptible(3_600_000)
              listener.wake = stop
              await over
            }
          }
        },
      }
    },
    listeners: () => listeners.size,
  }
}

export type ChangeFeed = ReturnType<typeof createChanges>
