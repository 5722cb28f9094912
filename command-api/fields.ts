import { z } from 'zod'
import { isCurrency } from '../domain/shared/currencies.ts'
import { skuSchema } from '../domain/shared/sku.ts'

/** A price or a part of one: more than nothing, in minor units. */
export const price = z.strictObject({
  amount: z.int().positive(),
  currency: z.string().refine(isCurrency, 'This is not an ISO 4217 currency code.').meta({ example: 'EUR' }),
})

export const orderParams = z.strictObject({ id: z.uuid() })
export const skuParams = z.strictObject({ sku: skuSchema })

/** What goes into the warehouse or out of it in one go. */
export const mostUnits = 1_000_000
