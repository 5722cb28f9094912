import { z } from 'zod'
import { channels, channelSchema } from '../../domain/shared/channel.ts'
import { countryFault } from '../../domain/shared/countries.ts'
import { emailAddress } from '../../domain/shared/email-address.ts'
import { languageSchema } from '../../domain/shared/language.ts'
import { lineOfText, lineToCompare } from '../../domain/shared/text.ts'
import { internationalNumber } from '../../domain/shared/telephone.ts'
import { currencySchema, amountSchema } from '../../domain/shared/money.ts'
import { ifMatchHeader } from '../../infrastructure/http/etag.ts'
import { linesSchema } from '../fields.ts'

const contact = z
  .strictObject({
    email: emailAddress,
    phone: z
      .string()
      .regex(/^\+?[0-9][0-9 ()./-]{2,30}$/, 'This is not a telephone number.')
      .optional(),
    language: languageSchema
      .optional()
      .meta({ description: "In which the customer is written to; else the shop's own" }),
    channels: z
      .array(channelSchema)
      .min(1)
      .refine((chosen) => new Set(chosen).size === chosen.length, 'This names a channel twice.')
      // In one order, so that the same choice is the same request.
      .transform((chosen) => channels.filter((channel) => chosen.includes(channel)))
      .optional()
      .meta({ description: 'By which the customer is told; by e-mail where none are named' }),
  })
  .superRefine(({ phone, channels: chosen }, context) => {
    if (chosen?.includes('sms') !== true || (phone !== undefined && internationalNumber(phone) !== undefined)) return
    context.addIssue({
      code: 'custom',
      path: ['phone'],
      message: 'An SMS needs a telephone number with + and the country code.',
    })
  })

export const placeOrderRequest = z
  .strictObject({
    lines: linesSchema,
    shipTo: z.strictObject({
      name: lineOfText(200),
      street: lineOfText(200),
      postalCode: lineOfText(20),
      city: lineOfText(200),
      country: z
        .string()
        .superRefine((code, context) => {
          const message = countryFault(code)
          if (message !== undefined) context.addIssue({ code: 'custom', message })
        })
        .meta({ example: 'DE' }),
    }),
    contact,
    payment: z.strictObject({
      method: z
        .string()
        .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, 'This is not a payment method.')
        .meta({ example: 'card-ok' }),
    }),
    expectedTotal: z.strictObject({ amount: amountSchema, currency: currencySchema }).optional(),
  })
  .meta({ id: 'PlaceOrder' })
export type PlaceOrderRequest = z.output<typeof placeOrderRequest>

export const idempotencyKeyHeader = z.object({
  'Idempotency-Key': z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, 'Give 1 to 255 visible ASCII characters.')
    .meta({ description: 'One order for each key of a customer' }),
})

export const ifMatchHeaders = z.object({ 'If-Match': ifMatchHeader })

export const cancelOrderRequest = z.strictObject({ reason: lineOfText(500).optional() }).meta({ id: 'CancelOrder' })
export const shipOrderRequest = z
  .strictObject({ carrier: lineOfText(100), trackingNumber: lineToCompare(100) })
  .meta({ id: 'ShipOrder' })
export const deliverOrderRequest = z.strictObject({}).meta({ id: 'DeliverOrder' })
