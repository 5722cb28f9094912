import { categoryOf } from '../../domain/shared/streams.ts'
import { uuidv5 } from '../../domain/shared/ids.ts'
import type { CommandHandling } from '../../infrastructure/event-store/handle-command.ts'
import type { EventToStore, StoredEvent } from '../../infrastructure/event-store/port.ts'
import { createServices, type ServiceName } from '../../processors/services.ts'
import { createShop } from '../../test/processors/shop.ts'

/** What one order leaves behind, from placed to confirmed with both mails, in the order in which it was written. */
export type OrderLog = readonly { readonly stream: string; readonly event: EventToStore }[]

const skus = ['BENCH-A', 'BENCH-B']

/** What the shop itself writes for `count` paid orders of two lines. Streams and ids are those of `seed` alone. */
export const logOfOrders = async (count: number, seed: string): Promise<readonly OrderLog[]> => {
  const shop = createShop()
  for (const sku of skus) await shop.stock(sku, 1_000_000)
  const orders: OrderLog[] = []
  for (let index = 0; index < count; index += 1) {
    const before = shop.store.log.length
    await shop.place(Object.fromEntries(skus.map((sku) => [sku, 1])), uuidv5(`order ${index} of ${seed}`))
    await shop.run()
    orders.push(
      shop.store.log.slice(before).map(({ id, stream, type, data, metadata }) => ({
        stream: stream.startsWith('stock-') ? `${stream}-${seed}` : stream,
        // The shop's own events hold objects.
        event: {
          id: uuidv5(`${id} of ${seed}`),
          type,
          data: data as EventToStore['data'],
          metadata: metadata as EventToStore['metadata'],
        },
      })),
    )
  }
  return orders
}

// Only asked what they look at.
const services = createServices({} as CommandHandling, { begin: () => undefined, noteCompleted: () => undefined })

/** Whether the group has anything to do about it. */
export const isWanted = (group: ServiceName, { stream, type }: Pick<StoredEvent, 'stream' | 'type'>): boolean =>
  services[group].looksAt(type) && categoryOf(stream) !== undefined

/** Deliveries of this to the groups of the services: those that are wanted, and all. */
export const deliveriesOf = (
  orders: readonly OrderLog[],
  names: readonly ServiceName[],
): { readonly wanted: number; readonly all: number } => {
  const events = orders.flat()
  const wanted = names.map(
    (group) => events.filter(({ stream, event }) => isWanted(group, { stream, type: event.type })).length,
  )
  return { wanted: wanted.reduce((sum, count) => sum + count, 0), all: names.length * events.length }
}
