import { chosenEventStore } from 'eventstoredb-compatible-server/source/testing/any-server'
import { eventStoreOfShop, ownEventStoreOfShop } from '../end-to-end/event-store-of-shop.ts'
import { startRunningShop } from '../end-to-end/running-shop.ts'
import { startSecondProcessors } from '../end-to-end/second-processors.ts'
import type { Proxy } from '../event-store/proxy.ts'
import { createRandom } from '../simulation/random.ts'
import { startBefore, startBeforeEventStore } from './before.ts'
import { openMock } from './mock-provider.ts'
import type { ChaosProvider } from './provider.ts'
import { openStripe } from './stripe-provider.ts'

/** Waiting times in the proportions of a real shop, so short that everything has been tried again, and compared, within seconds. */
const durations = {
  FOLLOW_UP_LEASE_SECONDS: '4',
  FOLLOW_UP_DELAYS_SECONDS: '1,2,2,3',
  FOLLOW_UP_EVERY_SECONDS: '1',
  STANDSTILL_DELAYS_SECONDS: '3,3,3,5',
  PROVIDER_TIMEOUT_MS: '2000',
  RECONCILE_EVERY_SECONDS: '5',
  RECONCILE_RECENT_SECONDS: '60',
  RECONCILE_FULL_EVERY_SECONDS: '15',
  RECONCILE_GRACE_SECONDS: '2',
  RECONCILE_CALLS_PER_SECOND: '50',
  LOG_LEVEL: 'warn',
  // Every mail is counted at the end; one that is no longer kept would count as never sent.
  MAIL_CATCHER_KEPT: '100000',
}

type Closing = (close: () => Promise<void>) => void

/** The shop with all its processes, two of the processors, what stands between them and their stores, and who takes the money. */
export const openShopUnderChaos = async (name: ChaosProvider, seed: number, closing: Closing) => {
  const opened = name === 'stripe' ? await openStripe(createRandom(seed + 2)) : await openMock()
  closing(() => opened.close())
  const isOurs = chosenEventStore(process.env).kind !== 'running'
  const eventStore = isOurs ? await ownEventStoreOfShop() : await eventStoreOfShop()
  if (eventStore === undefined) throw new Error('no event store')
  closing(() => eventStore.close())
  const beforeEventStore = await startBeforeEventStore(eventStore.url)
  const toEventStore = beforeEventStore.proxy
  closing(async () => toEventStore.close())
  const proxies: Proxy[] = []
  const { ports, method, environment } = opened
  const running = await startRunningShop(
    { ...durations, ...environment },
    {
      ports,
      method,
      eventStore: { ...eventStore, url: beforeEventStore.url },
      async databaseThrough(url) {
        const { proxy, url: through } = await startBefore(url, 5432)
        proxies.push(proxy)
        closing(async () => proxy.close())
        return through
      },
    },
  )
  closing(() => running.stop())
  const [toDatabase] = proxies
  if (toDatabase === undefined) throw new Error('the shop has asked for no way to its database')
  const second = await startSecondProcessors(running.shop)
  closing(() => second.stop())
  return {
    running,
    second,
    provider: opened.under(running),
    eventStore: isOurs ? eventStore : undefined,
    direct: eventStore.url,
    toEventStore,
    toDatabase,
  }
}

export type ShopUnderChaos = Awaited<ReturnType<typeof openShopUnderChaos>>
