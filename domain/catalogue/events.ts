import { z } from 'zod'
import { amountSchema, currencySchema } from '../shared/money.ts'
import type { EventDefinitions, EventOf } from '../shared/event-definition.ts'

const sku = z.string().min(1)
const onSale = z.strictObject({ sku, name: z.string().min(1), price: amountSchema, currency: currencySchema })

/** Stream `product-{sku}`. Prices are minor units. */
export const productEvents = {
  ProductAdded: { version: 1, schema: onSale },
  ProductRenamed: { version: 1, schema: z.strictObject({ sku, name: z.string().min(1) }) },
  ProductPriceChanged: { version: 1, schema: z.strictObject({ sku, price: amountSchema, currency: currencySchema }) },
  ProductDiscontinued: { version: 1, schema: z.strictObject({ sku }) },
  /** Back on sale, under the name and at the price it has from now on. */
  ProductRelisted: { version: 1, schema: onSale },
} as const satisfies EventDefinitions

export type ProductEvent = EventOf<typeof productEvents>
