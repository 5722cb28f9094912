import { z } from 'zod'
import { amountSchema, currencySchema } from '../shared/money.ts'
import type { EventDefinitions, EventOf } from '../shared/event-definition.ts'

const sku = z.string().min(1)

/** Stream `product-{sku}`. Prices are minor units. */
export const productEvents = {
  ProductAdded: {
    version: 1,
    schema: z.strictObject({ sku, name: z.string().min(1), price: amountSchema, currency: currencySchema }),
  },
  ProductPriceChanged: { version: 1, schema: z.strictObject({ sku, price: amountSchema, currency: currencySchema }) },
  ProductDiscontinued: { version: 1, schema: z.strictObject({ sku }) },
} as const satisfies EventDefinitions

export type ProductEvent = EventOf<typeof productEvents>
