import { streams } from '../../domain/shared/streams.ts'
import type { StreamReader } from '../../infrastructure/event-store/port.ts'

/** How far the services are behind what this process has placed. */
export type OrderBacklog = {
  /** In the order in which they are placed. */
  placed(orderId: string): void
  /**
   * Age in milliseconds of the oldest order of this process with an event that no service has begun with; 0 when there is none. What is
   * running, is tried again, or waits for the provider or the customer does not count, nor does a single one that is put aside.
   * @throws StoreUnavailable
   */
  age(): Promise<number>
}

type Placed = { readonly orderId: string; readonly at: number }

/** Beyond this the oldest are forgotten: they are old enough to say the same. */
const mostRemembered = 20_000
/** Orders looked at for one answer; each is three reads at the most. */
const mostLooks = 30
/** So many behind one that was not begun are asked as well: it may be that one alone that stands aside. */
const neighbours = 2

export const createOrderBacklog = (store: Pick<StreamReader, 'lastEvents'>, now: () => number): OrderBacklog => {
  let waiting: Placed[] = []

  const lastOf = async (stream: string): Promise<string | undefined> => (await store.lastEvents(stream, 1))[0]?.type

  const isBegun = async ({ orderId }: Placed): Promise<boolean> => {
    const reservation = await lastOf(streams.reservation(orderId))
    if (reservation === undefined) return false
    if (reservation !== 'InventoryReserved') return true
    const payment = await lastOf(streams.payment(orderId))
    if (payment === undefined) return false
    if (payment !== 'PaymentSucceeded' && payment !== 'PaymentFailed') return true
    return (await lastOf(streams.order(orderId))) !== 'OrderPlaced'
  }

  return {
    placed(orderId) {
      waiting.push({ orderId, at: now() })
      if (waiting.length > 2 * mostRemembered) waiting = waiting.slice(-mostRemembered)
    },

    async age() {
      const all = waiting
      let looks = 0
      const begun = async (index: number): Promise<boolean> => {
        const order = all[index]
        looks += 1
        return order === undefined || isBegun(order)
      }

      /** Begun with in the order of the log, as a rule: the first that is not, from `from` on, is found by halves. */
      const firstNotBegun = async (from: number): Promise<number> => {
        let [low, high] = [from, all.length]
        while (low < high && looks < mostLooks) {
          const middle = (low + high) >> 1
          if (await begun(middle)) low = middle + 1
          else high = middle
        }
        return low
      }

      /** One behind it that was begun with: then that one stands aside by itself. */
      const begunBehind = async (index: number): Promise<number | undefined> => {
        for (let next = index + 1; next <= index + neighbours && next < all.length && looks < mostLooks; next += 1)
          if (await begun(next)) return next
        return undefined
      }

      let first = all.length === 0 || (await begun(all.length - 1)) ? all.length : await firstNotBegun(0)
      for (let behind = await begunBehind(first); behind !== undefined; behind = await begunBehind(first))
        first = await firstNotBegun(behind + 1)
      waiting = waiting.slice(first)
      const oldest = waiting[0]
      return oldest === undefined ? 0 : now() - oldest.at
    },
  }
}
