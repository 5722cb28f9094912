import { z } from 'zod'
import { skuSchema } from '../domain/shared/sku.ts'

/** Text that people read: trimmed, not empty, and without what JSON carries but PostgreSQL and mail do not. */
export const text = (longest: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(longest)
    .regex(/^\P{Cc}*$/u, 'Control characters are not allowed.')
    .refine((value) => value.isWellFormed(), 'This is not well-formed Unicode.')

const currencies = new Set(Intl.supportedValuesOf('currency'))

/** A price or a part of one: more than nothing, in minor units. */
export const price = z.strictObject({
  amount: z.int().positive(),
  currency: z
    .string()
    .refine((code) => currencies.has(code), 'This is not an ISO 4217 currency code.')
    .meta({ example: 'EUR' }),
})

export const orderParams = z.strictObject({ id: z.uuid() })
export const skuParams = z.strictObject({ sku: skuSchema })

/** What goes into the warehouse or out of it in one go. */
export const mostUnits = 1_000_000
