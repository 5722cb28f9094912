import type { ReservationEvent, StockEvent } from '../../domain/inventory/events.ts'
import { orderId } from './order-events.ts'

type EventOf<Type extends (ReservationEvent | StockEvent)['type']> = Extract<
  ReservationEvent | StockEvent,
  { readonly type: Type }
>

export const sku = 'CUP'

const lines = () => [
  { sku: 'CUP', quantity: 2 },
  { sku: 'POT', quantity: 1 },
]

export const reservationStarted = (): EventOf<'ReservationStarted'> => ({
  type: 'ReservationStarted',
  orderId,
  lines: lines(),
})
export const inventoryReserved = (): EventOf<'InventoryReserved'> => ({
  type: 'InventoryReserved',
  orderId,
  lines: lines(),
})
export const inventoryReservationFailed = (): EventOf<'InventoryReservationFailed'> => ({
  type: 'InventoryReservationFailed',
  orderId,
  shortages: [{ sku: 'POT', wanted: 1, available: 0 }],
})
export const inventoryReleased = (reason = 'order_cancelled'): EventOf<'InventoryReleased'> => ({
  type: 'InventoryReleased',
  orderId,
  reason,
})
export const inventoryCommitted = (): EventOf<'InventoryCommitted'> => ({ type: 'InventoryCommitted', orderId })

export const stockReceived = (quantity: number, document = 'D-1'): EventOf<'StockReceived'> => ({
  type: 'StockReceived',
  sku,
  quantity,
  document,
})
export const stockAdjusted = (delta: number, adjustmentId = 'A-1', reason = 'counted'): EventOf<'StockAdjusted'> => ({
  type: 'StockAdjusted',
  sku,
  adjustmentId,
  delta,
  reason,
})
export const stockReserved = (quantity: number, by = orderId): EventOf<'StockReserved'> => ({
  type: 'StockReserved',
  sku,
  orderId: by,
  quantity,
})
export const stockReleased = (quantity: number, by = orderId): EventOf<'StockReleased'> => ({
  type: 'StockReleased',
  sku,
  orderId: by,
  quantity,
})
export const stockCommitted = (quantity: number, by = orderId): EventOf<'StockCommitted'> => ({
  type: 'StockCommitted',
  sku,
  orderId: by,
  quantity,
})
