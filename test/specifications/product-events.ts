import type { ProductEvent } from '../../domain/catalogue/events.ts'

type EventOf<Type extends ProductEvent['type']> = Extract<ProductEvent, { readonly type: Type }>

export const productAdded = (changes: Partial<EventOf<'ProductAdded'>> = {}): EventOf<'ProductAdded'> => ({
  type: 'ProductAdded',
  sku: 'CUP',
  name: 'Cup',
  price: 1250,
  currency: 'EUR',
  ...changes,
})
export const productPriceChanged = (price = 1300, currency = 'EUR'): EventOf<'ProductPriceChanged'> => ({
  type: 'ProductPriceChanged',
  sku: 'CUP',
  price,
  currency,
})
export const productRenamed = (name = 'Mug'): EventOf<'ProductRenamed'> => ({
  type: 'ProductRenamed',
  sku: 'CUP',
  name,
})
export const productRelisted = (changes: Partial<EventOf<'ProductRelisted'>> = {}): EventOf<'ProductRelisted'> => ({
  type: 'ProductRelisted',
  sku: 'CUP',
  name: 'Cup',
  price: 1250,
  currency: 'EUR',
  ...changes,
})
export const productDiscontinued = (sku = 'CUP'): EventOf<'ProductDiscontinued'> => ({
  type: 'ProductDiscontinued',
  sku,
})
