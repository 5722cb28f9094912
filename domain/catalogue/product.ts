import type { Decider } from '../shared/decider.ts'
import { Refusal } from '../shared/refusal.ts'
import type { ProductCommand } from './commands.ts'
import type { ProductEvent } from './events.ts'

/** What is sold, as somebody puts it on sale. */
type Offer = { readonly name: string; readonly price: number; readonly currency: string }
type CommandOf<Type extends ProductCommand['type']> = Extract<ProductCommand, { readonly type: Type }>

/** Prices are minor units. `added` is as it was last put on sale, whatever name and price became: it tells a repetition from another product. */
export type Product =
  | { readonly status: 'unknown' }
  | (Offer & { readonly status: 'on_sale' | 'discontinued'; readonly sku: string; readonly added: Offer })

const unknownSku = (sku: string): Refusal => new Refusal('unknown_sku', `not in the catalogue: ${sku}`, { sku })
const discontinued = (sku: string): Refusal => new Refusal('product_discontinued', `no longer sold: ${sku}`, { sku })

type OnSale = Extract<Product, { readonly added: Offer }>

/** @throws Refusal unless it was put on sale as just this */
const alreadySo = ({ added, sku }: OnSale, { name, price, currency }: Offer): readonly ProductEvent[] => {
  if (added.name === name && added.price === price && added.currency === currency) return []
  throw new Refusal('product_exists', `already in the catalogue: ${sku}`, { sku })
}

const add = (product: Product, command: CommandOf<'AddProduct'>): readonly ProductEvent[] => {
  const { sku, name, price, currency } = command
  switch (product.status) {
    case 'unknown':
      return [{ type: 'ProductAdded', sku, name, price, currency }]
    case 'on_sale':
      return alreadySo(product, command)
    // Also the same as before: a request that comes late, or again every night, puts nothing back on sale.
    case 'discontinued':
      throw new Refusal(
        'product_discontinued',
        `taken off sale: ${sku}. It is not added a second time: relist it, if it is to be sold again.`,
        { sku },
      )
  }
}

const relist = (product: Product, command: CommandOf<'RelistProduct'>): readonly ProductEvent[] => {
  const { sku, name, price, currency } = command
  switch (product.status) {
    case 'unknown':
      throw unknownSku(sku)
    case 'on_sale':
      return alreadySo(product, command)
    case 'discontinued':
      return [{ type: 'ProductRelisted', sku, name, price, currency }]
  }
}

const rename = (product: Product, { sku, name }: CommandOf<'RenameProduct'>): readonly ProductEvent[] => {
  switch (product.status) {
    case 'unknown':
      throw unknownSku(sku)
    case 'on_sale':
      return product.name === name ? [] : [{ type: 'ProductRenamed', sku, name }]
    case 'discontinued':
      throw discontinued(sku)
  }
}

const changePrice = (product: Product, { sku, price, currency }: CommandOf<'ChangePrice'>): readonly ProductEvent[] => {
  switch (product.status) {
    case 'unknown':
      throw unknownSku(sku)
    case 'on_sale':
      return product.price === price && product.currency === currency
        ? []
        : [{ type: 'ProductPriceChanged', sku, price, currency }]
    case 'discontinued':
      throw discontinued(sku)
  }
}

const discontinue = (product: Product, { sku }: CommandOf<'DiscontinueProduct'>): readonly ProductEvent[] => {
  switch (product.status) {
    case 'unknown':
      throw unknownSku(sku)
    case 'on_sale':
      return [{ type: 'ProductDiscontinued', sku }]
    case 'discontinued':
      return []
  }
}

const decide = (command: ProductCommand, product: Product): readonly ProductEvent[] => {
  switch (command.type) {
    case 'AddProduct':
      return add(product, command)
    case 'RelistProduct':
      return relist(product, command)
    case 'RenameProduct':
      return rename(product, command)
    case 'ChangePrice':
      return changePrice(product, command)
    case 'DiscontinueProduct':
      return discontinue(product, command)
    default:
      return command satisfies never
  }
}

const offered = ({ sku, name, price, currency }: Offer & { readonly sku: string }): Product => {
  const added = { name, price, currency }
  return { status: 'on_sale', sku, ...added, added }
}

const evolve = (product: Product, event: ProductEvent): Product => {
  switch (event.type) {
    case 'ProductAdded':
      return product.status === 'unknown' ? offered(event) : product
    case 'ProductRelisted':
      return product.status === 'discontinued' ? offered(event) : product
    case 'ProductRenamed':
      return product.status === 'on_sale' ? { ...product, name: event.name } : product
    case 'ProductPriceChanged':
      return product.status === 'on_sale' ? { ...product, price: event.price, currency: event.currency } : product
    case 'ProductDiscontinued':
      return product.status === 'on_sale' ? { ...product, status: 'discontinued' } : product
    default:
      return event satisfies never
  }
}

/** Stream `product-{sku}`. */
export const productDecider: Decider<Product, ProductCommand, ProductEvent> = {
  initialState: { status: 'unknown' },
  decide,
  evolve,
}
