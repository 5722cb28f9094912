import type { ShopEvent } from '../registry.ts'
import type { ProcessManager } from '../shared/process-manager.ts'
import type { InventoryCommand } from './commands.ts'

/** An order's stock: claimed when it is placed, gone when it is shipped, given back when it is closed. */
export const inventoryProcess: ProcessManager<ShopEvent, InventoryCommand> = {
  group: 'inventory',
  on: {
    OrderPlaced: ({ orderId, lines }) => [
      { type: 'ReserveInventory', orderId, lines: lines.map(({ sku, quantity }) => ({ sku, quantity })) },
    ],
    OrderRejected: ({ orderId }) => [{ type: 'ReleaseInventory', orderId, reason: 'order_rejected' }],
    OrderCancelled: ({ orderId }) => [{ type: 'ReleaseInventory', orderId, reason: 'order_cancelled' }],
    OrderShipped: ({ orderId }) => [{ type: 'CommitInventory', orderId }],
  },
}
