import { z } from 'zod'
import { amountSchema, currencySchema } from '../shared/money.ts'
import { languageSchema } from '../shared/language.ts'
import { channelSchema } from '../shared/channel.ts'
import type { EventDefinitions, EventOf } from '../shared/event-definition.ts'

export const orderLineSchema = z.strictObject({
  sku: z.string().min(1),
  name: z.string().min(1),
  quantity: z.int().positive(),
  unitPrice: amountSchema,
})
export type OrderLine = z.infer<typeof orderLineSchema>

export const shipToSchema = z.strictObject({
  name: z.string(),
  street: z.string(),
  postalCode: z.string(),
  city: z.string(),
  country: z.string(),
})
export type ShipTo = z.infer<typeof shipToSchema>

/** `channels`: by which the customer wants to be told; none named, by e-mail. */
export const contactSchema = z.strictObject({
  email: z.string(),
  phone: z.string().optional(),
  language: languageSchema.optional(),
  channels: z.array(channelSchema).min(1).optional(),
})
export type Contact = z.infer<typeof contactSchema>

export const shortageSchema = z.strictObject({
  sku: z.string().min(1),
  wanted: z.int().positive(),
  available: z.int().nonnegative(),
})
export type Shortage = z.infer<typeof shortageSchema>

const orderId = z.uuid()

export const orderEvents = {
  /** `total` is the sum of quantity × unitPrice, in minor units; `requestHash` is over what was asked for, without prices. */
  OrderPlaced: {
    version: 1,
    schema: z.strictObject({
      orderId,
      number: z.string().min(1),
      customerId: z.string().min(1),
      lines: z.array(orderLineSchema).min(1),
      total: amountSchema,
      currency: currencySchema,
      shipTo: shipToSchema,
      contact: contactSchema,
      paymentMethod: z.string().min(1),
      requestHash: z.string().min(1),
    }),
  },
  OrderConfirmed: { version: 1, schema: z.strictObject({ orderId, total: amountSchema, currency: currencySchema }) },
  OrderRejected: {
    version: 1,
    schema: z.strictObject({
      orderId,
      reason: z.enum(['out_of_stock', 'payment_failed']),
      shortages: z.array(shortageSchema).optional(),
    }),
  },
  /** `note` is what the caller gave as the reason, in their own words. */
  OrderCancelled: {
    version: 1,
    schema: z.strictObject({
      orderId,
      reason: z.enum(['customer', 'operator', 'expired']),
      note: z.string().optional(),
    }),
  },
  /**
   * It waits longer than its time for the outcome of its payment, of which the provider says nothing, and keeps what is reserved for it.
   * Once: told to the customer, and no matter how often it is put off after that.
   */
  OrderDelayed: { version: 1, schema: z.strictObject({ orderId, reason: z.enum(['payment_unanswered']) }) },
  /** Money came for an order that is closed: the payment service gives it back. */
  LatePaymentDetected: { version: 1, schema: z.strictObject({ orderId, paymentId: z.uuid() }) },
  /** A dispute about the payment: until it is won, the order is not sent on its way. */
  ShipmentHeld: { version: 1, schema: z.strictObject({ orderId, providerDisputeId: z.string().min(1) }) },
  /** Won: also ahead of its hold, which is of no effect then. */
  ShipmentReleased: { version: 1, schema: z.strictObject({ orderId, providerDisputeId: z.string().min(1) }) },
  OrderShipped: {
    version: 1,
    schema: z.strictObject({ orderId, carrier: z.string().min(1), trackingNumber: z.string().min(1) }),
  },
  OrderDelivered: { version: 1, schema: z.strictObject({ orderId }) },
} as const satisfies EventDefinitions

export type OrderEvent = EventOf<typeof orderEvents>
