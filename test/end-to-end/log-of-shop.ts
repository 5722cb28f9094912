import { shopEvents, type ShopEvent } from '../../domain/registry.ts'
import { categoryOf } from '../../domain/shared/streams.ts'
import { connectEventStore } from '../../infrastructure/event-store/adapter.ts'
import { createCodec, type Recorded } from '../../infrastructure/event-store/codec.ts'
import type { StoredEvent } from '../../infrastructure/event-store/port.ts'
import { comparePositions, type Position } from '../../infrastructure/event-store/position.ts'
import { keyOf } from '../../processors/groups.ts'
import { serviceNames } from '../../processors/services.ts'
import { until } from '../support/until.ts'

export type LogOfShop = {
  /**
   * What was written since the log was opened about these orders and in these streams, in the order of the log; and what the payment
   * provider has told since then without naming an order.
   */
  read(keys: ReadonlySet<string>): Promise<readonly Recorded<ShopEvent>[]>
  /** Every service's group has given all that is in the log by now, and has been answered for each of it. */
  untilHandled(): Promise<void>
  close(): Promise<void>
}

const codec = createCodec(shopEvents)

/** What the processes of a shop write from here on, as the event store has it. */
export const openLogOfShop = async (url: string): Promise<LogOfShop> => {
  const store = await connectEventStore({ url })
  const events: StoredEvent[] = []
  const decoded = new Map<StoredEvent, readonly Recorded<ShopEvent>[]>()
  let after = await store.headPosition()

  /** Once: a log is looked at again and again. */
  const decode = (stored: StoredEvent): readonly Recorded<ShopEvent>[] => {
    const known = decoded.get(stored)
    if (known !== undefined) return known
    const recorded = codec.decode(stored)
    const now = recorded === undefined ? [] : [recorded]
    decoded.set(stored, now)
    return now
  }

  const readFurther = async (): Promise<void> => {
    for await (const stored of store.readAll(after === undefined ? {} : { after })) {
      after = stored.position
      if (categoryOf(stored.stream) !== undefined) events.push(stored)
    }
  }
  // One after another: two at once would read the same.
  let reading = Promise.resolve()
  const readOn = (): Promise<void> => (reading = reading.catch(() => undefined).then(readFurther))

  return {
    async read(keys) {
      await readOn()
      const isWanted = (key: string) => keys.has(key) || categoryOf(key) === 'paymentWebhook'
      return events.filter((stored) => isWanted(keyOf(stored))).flatMap(decode)
    },
    async untilHandled() {
      await readOn()
      const last = events.at(-1)?.position
      const hasSeen = (lastKnown: Position | undefined) =>
        last === undefined || (lastKnown !== undefined && comparePositions(lastKnown, last) >= 0)
      for (const group of serviceNames) {
        await until(`the group ${group} has nothing left to do`, async () => {
          const info = await store.groupInfo(group)
          return info?.inFlight === 0 && hasSeen(info.lastKnown) ? true : undefined
        })
      }
    },
    close: () => store.dispose(),
  }
}
