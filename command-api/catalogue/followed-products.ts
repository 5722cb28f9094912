import { productDecider, type Product } from '../../domain/catalogue/product.ts'
import type { ProductEvent } from '../../domain/catalogue/events.ts'
import type { Recorded } from '../../infrastructure/event-store/codec.ts'
import type { Folded } from '../../infrastructure/event-store/state-cache.ts'

/**
 * Products that were read once, and kept up to date from then on by their events as they come. The events are to come in order and
 * without a gap from before the first read on.
 */
export type FollowedProducts = {
  /** Undefined for one that was not read yet. */
  get(sku: string): Product | undefined
  /** Reads it; the events that come meanwhile are not lost, and none counts twice. */
  read(sku: string, look: () => Promise<Folded<Product>>): Promise<Product>
  take(sku: string, recorded: Recorded<ProductEvent>): void
  /** It can't be followed any more (an event that cannot be read): to be read again. */
  forget(sku: string): void
}

type Known = { readonly product: Product; readonly revision: bigint }

export const createFollowedProducts = (most: number): FollowedProducts => {
  const known = new Map<string, Known>()
  /** What has come while the product was being read, by every reading that is under way. */
  const arriving = new Map<string, Set<Recorded<ProductEvent>[]>>()

  const keep = (sku: string, entry: Known) => {
    known.delete(sku)
    known.set(sku, entry)
    const oldest = known.keys().next()
    if (known.size > most && oldest.done !== true) known.delete(oldest.value)
  }

  const next = (
    { product, revision }: Known,
    { event, metadata, revision: at }: Recorded<ProductEvent>,
  ): Known | undefined => {
    if (at <= revision) return { product, revision }
    return at === revision + 1n
      ? { product: productDecider.evolve(product, event, new Date(metadata.occurredAt)), revision: at }
      : undefined
  }

  const follow = (sku: string, entry: Known, events: readonly Recorded<ProductEvent>[]): void => {
    let current: Known | undefined = entry
    for (const recorded of events) current = current === undefined ? undefined : next(current, recorded)
    if (current === undefined) known.delete(sku)
    else keep(sku, current)
  }

  return {
    get(sku) {
      const entry = known.get(sku)
      if (entry !== undefined) keep(sku, entry)
      return entry?.product
    },
    async read(sku, look) {
      const came: Recorded<ProductEvent>[] = []
      const readings = arriving.get(sku) ?? new Set()
      arriving.set(sku, readings.add(came))
      try {
        const { state: product, revision } = await look()
        // One that is not there is asked for again each time: "not there" is never remembered.
        if (revision !== undefined) follow(sku, { product, revision }, came)
        return product
      } finally {
        readings.delete(came)
        if (readings.size === 0) arriving.delete(sku)
      }
    },
    take(sku, recorded) {
      for (const came of arriving.get(sku) ?? []) came.push(recorded)
      const entry = known.get(sku)
      if (entry !== undefined) follow(sku, entry, [recorded])
    },
    forget(sku) {
      known.delete(sku)
    },
  }
}
