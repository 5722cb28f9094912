import { z } from 'zod'
import { shortageSchema } from '../orders/events.ts'
import type { EventDefinitions, EventOf } from '../shared/event-definition.ts'

const orderId = z.uuid()
const sku = z.string().min(1)

export const reservationLineSchema = z.strictObject({ sku, quantity: z.int().positive() })
export type ReservationLine = z.infer<typeof reservationLineSchema>

/** Stream `reservation-{orderId}`: one order's claim on all its SKUs, all or nothing. */
export const reservationEvents = {
  ReservationStarted: { version: 1, schema: z.strictObject({ orderId, lines: z.array(reservationLineSchema).min(1) }) },
  InventoryReserved: { version: 1, schema: z.strictObject({ orderId, lines: z.array(reservationLineSchema).min(1) }) },
  InventoryReservationFailed: {
    version: 1,
    schema: z.strictObject({ orderId, shortages: z.array(shortageSchema).min(1) }),
  },
  InventoryReleased: { version: 1, schema: z.strictObject({ orderId, reason: z.string().min(1) }) },
  InventoryCommitted: { version: 1, schema: z.strictObject({ orderId }) },
} as const satisfies EventDefinitions

/** Stream `stock-{sku}`. Per order: held, then released or committed, both final. Released with quantity 0: released ahead, and nothing can be held any more. */
export const stockEvents = {
  StockReceived: {
    version: 1,
    schema: z.strictObject({ sku, quantity: z.int().positive(), document: z.string().min(1) }),
  },
  StockAdjusted: {
    version: 1,
    schema: z.strictObject({ sku, adjustmentId: z.string().min(1), delta: z.int(), reason: z.string() }),
  },
  StockReserved: { version: 1, schema: z.strictObject({ sku, orderId, quantity: z.int().positive() }) },
  StockReleased: { version: 1, schema: z.strictObject({ sku, orderId, quantity: z.int().nonnegative() }) },
  StockCommitted: { version: 1, schema: z.strictObject({ sku, orderId, quantity: z.int().positive() }) },
} as const satisfies EventDefinitions

export type ReservationEvent = EventOf<typeof reservationEvents>
export type StockEvent = EventOf<typeof stockEvents>
