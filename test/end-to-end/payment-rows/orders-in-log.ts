import { ordersComeToRest } from '../../simulation/statements/05-orders-come-to-rest.ts'
import { standingsOf, type Standing } from '../../simulation/statements/standings.ts'
import type { Log } from '../../simulation/statements/log.ts'
import { runEvery } from './run-every.ts'
import type { LogOfShop } from '../log-of-shop.ts'

export type OrdersInLog = {
  /** From here on it is looked at as well: an order's id, or a stream. */
  add(key: string): void
  readOn(): Promise<void>
  /** Everything about these, as far as it has been read. */
  events(): Log
  /** In the order's own streams. */
  of(orderId: string): Log
  standing(orderId: string): Standing | undefined
  isAtRest(orderId: string): boolean
  close(): Promise<void>
}

const readEveryMs = 100

/** Reads on by itself, once for all who wait for something in it. `more`: what is looked at beside what is added. */
export const ordersInLog = (log: LogOfShop, more: () => Iterable<string>): OrdersInLog => {
  const keys = new Set<string>()
  let events: Log = []
  let standings: ReadonlyMap<string, Standing> = new Map()
  const readOn = async (): Promise<void> => {
    for (const key of more()) keys.add(key)
    const now = await log.read(keys)
    if (now.length === events.length) return
    events = now
    standings = standingsOf(events)
  }
  const reading = runEvery(readEveryMs, readOn)
  const of = (orderId: string): Log => events.filter(({ stream }) => stream.endsWith(`-${orderId}`))

  return {
    add: (key) => {
      keys.add(key)
    },
    readOn,
    events: () => events,
    of,
    standing: (orderId) => standings.get(orderId),
    isAtRest(orderId) {
      const standing = standings.get(orderId)
      if (standing === undefined) return false
      return ordersComeToRest.whenQuiet?.({ events: [], standings: new Map([[orderId, standing]]) }).length === 0
    },
    close: () => reading.stop(),
  }
}
