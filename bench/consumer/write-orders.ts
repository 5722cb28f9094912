import { setTimeout as wait } from 'node:timers/promises'
import type { EventStore } from '../../infrastructure/event-store/port.ts'
import type { OrderLog } from './log-of-orders.ts'
import { monotonicNow } from './monotonic-now.ts'

/** Order by order, so many under way at once; with a rate, each begins when its time has come. Every event says when it was sent. */
export const writeOrders = async (store: EventStore, orders: readonly OrderLog[], rate: number): Promise<void> => {
  const began = performance.now()
  let next = 0
  await Promise.all(
    Array.from({ length: 32 }, async () => {
      for (let index = next++; index < orders.length; index = next++) {
        if (rate > 0) await wait(Math.max(0, began + (index * 1_000) / rate - performance.now()))
        for (const { stream, event } of orders[index] ?? []) {
          const appendedAt = monotonicNow()
          await store.append(stream, [{ ...event, metadata: { ...event.metadata, appendedAt } }], 'any')
        }
      }
    }),
  )
}
