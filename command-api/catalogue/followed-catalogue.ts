import { productDecider } from '../../domain/catalogue/product.ts'
import type { ProductEvent } from '../../domain/catalogue/events.ts'
import type { ShopEvent } from '../../domain/registry.ts'
import { idOf, streams } from '../../domain/shared/streams.ts'
import { UndecodableEvent, type Codec, type Recorded } from '../../infrastructure/event-store/codec.ts'
import type { CommandHandling } from '../../infrastructure/event-store/handle-command.ts'
import type { AllReader, AllSubscriber, StoredEvent } from '../../infrastructure/event-store/port.ts'
import { comparePositions, type Position } from '../../infrastructure/event-store/position.ts'
import { batches } from '../../infrastructure/subscriptions/catch-up.ts'
import { pause } from '../../infrastructure/time/waiting.ts'
import { productsOf, readCatalogue, type Catalogue } from './catalogue.ts'
import { createFollowedProducts } from './followed-products.ts'
import { createRecency } from './recency.ts'

export type FollowedCatalogueOptions = {
  readonly store: AllSubscriber & AllReader
  readonly handling: Pick<CommandHandling, 'load'>
  readonly codec: Codec<ShopEvent>
  readonly now?: () => number
  /** Products kept at the most; the ones asked for last. */
  readonly mostProducts?: number
}

export type FollowedCatalogue = Catalogue & { close(): Promise<void> }

const productPrefix = 'product-'
const startAgainMs = 1_000
/** Events between where the subscription is and the head of the log; when there are more, it is behind. */
const longestTail = 500

/**
 * The catalogue by one subscription, from where the log is when the process starts: what is asked for is read once and then kept up to
 * date. Whether that is recent is proved by a read of what the subscription has not come to yet, at most every 400 ms and only while
 * somebody orders; where it is far behind, the products are read.
 */
export const followCatalogue = (options: FollowedCatalogueOptions): FollowedCatalogue => {
  const { store, handling, codec, now = Date.now, mostProducts = 20_000 } = options
  const read = readCatalogue(handling)
  const products = createFollowedProducts(mostProducts)
  const closing = new AbortController()
  const { signal } = closing
  let following = false
  /** Everything of the log up to here has been taken. */
  let upTo: Position | undefined

  const passed = (position: Position): void => {
    if (upTo === undefined || comparePositions(position, upTo) > 0) upTo = position
  }

  const take = (stored: StoredEvent): void => {
    const sku = idOf(stored.stream)
    try {
      const recorded = codec.decode(stored)
      // The stream's name says whose events it holds.
      if (recorded === undefined) products.forget(sku)
      else products.take(sku, recorded as Recorded<ProductEvent>)
    } catch (error) {
      if (!(error instanceof UndecodableEvent)) throw error
      // Whoever orders it hears of that, as from any read.
      products.forget(sku)
    }
  }

  /** The subscription keeps this short, however much happens: the store says every 32 records how far it has looked. */
  const readToHead = async (): Promise<boolean> => {
    let count = 0
    for await (const event of store.readAll({ limit: longestTail, ...(upTo === undefined ? {} : { after: upTo }) })) {
      count += 1
      if (event.stream.startsWith(productPrefix)) take(event)
      passed(event.position)
    }
    return count < longestTail
  }
  const recency = createRecency(readToHead, now)

  /** From the head on: what happened before is part of what is read. */
  const follow = async (): Promise<void> => {
    while (!signal.aborted && !following) {
      const after = await store.headPosition({ signal }).then(
        (head) => ({ head }),
        () => undefined,
      )
      if (after === undefined) {
        await pause(startAgainMs, signal)
        continue
      }
      following = true
      if (after.head !== undefined) passed(after.head)
      const source = batches({
        store,
        after: after.head ?? 'start',
        streamPrefixes: [productPrefix],
        maxBatch: 500,
        maxLength: 2_000_000,
        maxLingerMs: 0,
        live: 0,
        windowsBetweenCheckpoints: 1,
        signal,
      })
      for await (const { events, position } of source) {
        for (const event of events) take(event)
        if (position !== undefined) passed(position)
      }
    }
  }
  const running = follow()

  return {
    now: (skus, patience) => read.now(skus, patience),
    async recent(skus, patience) {
      if (!following || !(await recency.isRecent())) return read.now(skus, patience)
      const product = async (sku: string) =>
        [
          sku,
          products.get(sku) ??
            (await products.read(sku, () => handling.load(productDecider, streams.product(sku), patience))),
        ] as const
      return productsOf(await Promise.all(skus.map(product)))
    },
    async close() {
      closing.abort()
      await running
    },
  }
}
