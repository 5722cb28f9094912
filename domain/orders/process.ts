import type { ShopEvent } from '../registry.ts'
import type { ProcessManager } from '../shared/process-manager.ts'
import type { OrderCommand } from './commands.ts'

/** What the other services' news means for the order. */
export const orderProcess: ProcessManager<ShopEvent, OrderCommand> = {
  group: 'order',
  on: {
    InventoryReservationFailed: ({ orderId, shortages }) => [
      { type: 'RejectOrder', orderId, reason: 'out_of_stock', shortages },
    ],
    PaymentSucceeded: ({ orderId, paymentId }) => [{ type: 'ConfirmOrder', orderId, paymentId }],
    PaymentFailed: ({ orderId }) => [{ type: 'RejectOrder', orderId, reason: 'payment_failed' }],
    // An order that was paid twice stays paid where the other charge is disputed.
    DisputeOpened: ({ orderId, providerDisputeId, ofDuplicate }) =>
      ofDuplicate ? [] : [{ type: 'HoldShipment', orderId, providerDisputeId }],
    // The first that is told of it, perhaps; or of a charge that was not known to be the other one when it was opened.
    DisputeLost: ({ orderId, providerDisputeId, ofDuplicate }) => [
      { type: ofDuplicate ? 'ReleaseShipment' : 'HoldShipment', orderId, providerDisputeId },
    ],
    DisputeWon: ({ orderId, providerDisputeId }) => [{ type: 'ReleaseShipment', orderId, providerDisputeId }],
  },
}
