import type { StockEvent } from '../../domain/inventory/events.ts'
import { isStockEvent, type ShopEvent } from '../../domain/registry.ts'
import { opensStream, type Projection } from '../../infrastructure/projections/projection.ts'
import { stockTable, type StockRow } from './table.ts'

const change = (event: StockEvent): { readonly onHand: number; readonly reserved: number } => {
  switch (event.type) {
    case 'StockReceived':
      return { onHand: event.quantity, reserved: 0 }
    case 'StockAdjusted':
      return { onHand: event.delta, reserved: 0 }
    case 'StockReserved':
      return { onHand: 0, reserved: event.quantity }
    // Of quantity 0 where nothing was held: released ahead.
    case 'StockReleased':
      return { onHand: 0, reserved: -event.quantity }
    case 'StockCommitted':
      return { onHand: -event.quantity, reserved: -event.quantity }
    default:
      return event satisfies never
  }
}

/** How much there is of each SKU. The revision guards the sums: an event that is in them already is passed over. */
export const stockProjection: Projection<StockRow, ShopEvent> = {
  table: stockTable,
  version: 1,
  streamPrefixes: ['stock-'],
  keys: ({ event }) => (isStockEvent(event) ? [event.sku] : []),
  begins: (recorded, sku) => opensStream(recorded, 'stock-', sku),
  evolve(row, { event, revision }, sku) {
    if (!isStockEvent(event)) return 'same'
    if (row !== undefined && Number(revision) <= row.revision) return 'same'
    const { onHand, reserved } = change(event)
    return {
      sku,
      onHand: (row?.onHand ?? 0) + onHand,
      reserved: (row?.reserved ?? 0) + reserved,
      revision: Number(revision),
    }
  },
}
