import { productDecider, type Product } from '../../domain/catalogue/product.ts'
import { streams } from '../../domain/shared/streams.ts'
import type { CommandHandling } from '../../infrastructure/event-store/handle-command.ts'
import type { Patience } from '../../infrastructure/event-store/port.ts'

/** Products by SKU, those that nobody has added included. */
export type Products = (sku: string) => Product

export type Catalogue = {
  /** As it was at some moment of the last second, where that is known without reading; else as it is now. @throws StoreUnavailable */
  recent(skus: readonly string[], patience: Patience): Promise<Products>
  /** As it is now, read: what is refused rests on nothing else. @throws StoreUnavailable */
  now(skus: readonly string[], patience: Patience): Promise<Products>
}

const productsOf = (found: Iterable<readonly [string, Product]>): Products => {
  const products = new Map(found)
  return (sku) => products.get(sku) ?? productDecider.initialState
}

/** Every product's stream is read each time. */
export const readCatalogue = (handling: Pick<CommandHandling, 'load'>): Catalogue => {
  const now: Catalogue['now'] = async (skus, patience) =>
    productsOf(
      await Promise.all(
        skus.map(
          async (sku) => [sku, (await handling.load(productDecider, streams.product(sku), patience)).state] as const,
        ),
      ),
    )
  return { now, recent: now }
}

export { productsOf }
