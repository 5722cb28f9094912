import type { Shortage } from '../orders/events.ts'
import type { ReservationLine } from './events.ts'

/** What the inventory process manager asks for; each spans the reservation's stream and the streams of its SKUs. */
export type ReserveInventory = {
  readonly type: 'ReserveInventory'
  readonly orderId: string
  readonly lines: readonly ReservationLine[]
}
export type ReleaseInventory = { readonly type: 'ReleaseInventory'; readonly orderId: string; readonly reason: string }
export type CommitInventory = { readonly type: 'CommitInventory'; readonly orderId: string }
export type InventoryCommand = ReserveInventory | ReleaseInventory | CommitInventory

/** What is decided on `reservation-{orderId}` alone. */
export type ReservationCommand =
  | { readonly type: 'StartReservation'; readonly orderId: string; readonly lines: readonly ReservationLine[] }
  | { readonly type: 'CompleteReservation'; readonly orderId: string }
  | { readonly type: 'FailReservation'; readonly orderId: string; readonly shortages: readonly Shortage[] }
  | ReleaseInventory
  | { readonly type: 'CompleteCommit'; readonly orderId: string }

/** What is decided on `stock-{sku}` alone. */
export type ReserveStock = {
  readonly type: 'ReserveStock'
  readonly sku: string
  readonly orderId: string
  readonly quantity: number
}
export type ReleaseStock = { readonly type: 'ReleaseStock'; readonly sku: string; readonly orderId: string }
export type CommitStock = { readonly type: 'CommitStock'; readonly sku: string; readonly orderId: string }
export type ReceiveStock = {
  readonly type: 'ReceiveStock'
  readonly sku: string
  readonly quantity: number
  readonly document: string
}
export type AdjustStock = {
  readonly type: 'AdjustStock'
  readonly sku: string
  readonly adjustmentId: string
  readonly delta: number
  readonly reason: string
}
export type StockCommand = ReserveStock | ReleaseStock | CommitStock | ReceiveStock | AdjustStock
