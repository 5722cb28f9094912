import { z } from 'zod'
import { mergeLines } from '../domain/orders/placing.ts'
import { isCurrency } from '../domain/shared/currencies.ts'
import { currencySchema } from '../domain/shared/money.ts'
import { skuSchema } from '../domain/shared/sku.ts'

const amount = z.int().positive()

/** A part of what was paid, in minor units. In whatever it was paid: also in a currency that is no more. */
export const partOfPayment = z.strictObject({ amount, currency: currencySchema })

/** More than nothing, in minor units. */
export const price = z.strictObject({
  amount,
  currency: z.string().refine(isCurrency, 'This is not an ISO 4217 currency code.').meta({ example: 'EUR' }),
})

const mostOfOneSku = 10_000
const quantity = z.int().min(1).max(mostOfOneSku)
const line = z.strictObject({ sku: skuSchema, quantity })

/** What and how many, of an order: each SKU as often as one likes, and of each no more than an order may have. */
export const linesSchema = z
  .array(line)
  .min(1)
  .max(100)
  .superRefine((given, context) => {
    for (const { sku, quantity: sum, index } of mergeLines(given)) {
      if (sum > mostOfOneSku)
        context.addIssue({
          code: 'custom',
          path: [index, 'quantity'],
          message: `All lines of ${sku} together ask for more than ${mostOfOneSku}.`,
        })
    }
  })

export const orderParams = z.strictObject({ id: z.uuid() })
export const skuParams = z.strictObject({ sku: skuSchema })

/** What goes into the warehouse or out of it in one go. */
export const mostUnits = 1_000_000
