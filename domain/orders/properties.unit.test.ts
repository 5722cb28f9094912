import { expect } from 'chai'
import fc from 'fast-check'
import { keepsItsPromises } from '../../test/specifications/decider-properties.ts'
import { orderId, paymentId, placed } from '../../test/specifications/order-events.ts'
import type { OrderCommand } from './commands.ts'
import type { OrderEvent } from './events.ts'
import type { Order } from './order.ts'
import { orderDecider } from './order.ts'

const { type: _, total: __, ...order } = placed()
const commands: fc.Arbitrary<OrderCommand> = fc.constantFrom<OrderCommand[]>(
  { type: 'PlaceOrder', ...order },
  { type: 'PlaceOrder', ...order, requestHash: 'another' },
  { type: 'ConfirmOrder', orderId, paymentId },
  { type: 'RejectOrder', orderId, reason: 'payment_failed' },
  { type: 'RejectOrder', orderId, reason: 'out_of_stock', shortages: [{ sku: 'POT', wanted: 1, available: 0 }] },
  { type: 'ExpireOrder', orderId },
  { type: 'DelayOrder', orderId, reason: 'payment_unanswered' },
  { type: 'CancelOrder', orderId, reason: 'customer', note: 'no longer needed' },
  { type: 'HoldShipment', orderId, providerDisputeId: 'dp-1' },
  { type: 'HoldShipment', orderId, providerDisputeId: 'dp-2' },
  { type: 'ReleaseShipment', orderId, providerDisputeId: 'dp-1' },
  { type: 'ReleaseShipment', orderId, providerDisputeId: 'dp-2' },
  { type: 'ShipOrder', orderId, carrier: 'Post', trackingNumber: 'T-1' },
  { type: 'ShipOrder', orderId, carrier: 'Post', trackingNumber: 'T-2' },
  { type: 'DeliverOrder', orderId },
)

/** It is placed once, ends once, and is never both closed and sent. */
const oneEnd = (_order: Order, history: readonly OrderEvent[]): void => {
  const count = (...types: readonly OrderEvent['type'][]) => history.filter(({ type }) => types.includes(type)).length
  expect(count('OrderPlaced')).to.be.at.most(1)
  expect(count('OrderDelayed')).to.be.at.most(1)
  expect(count('OrderRejected', 'OrderCancelled', 'OrderShipped')).to.be.at.most(1)
  expect(count('OrderShipped')).to.be.at.most(count('OrderConfirmed'))
  expect(count('OrderDelivered')).to.be.at.most(count('OrderShipped'))
  const heldAtLast = new Map(
    history.flatMap((event) =>
      event.type === 'ShipmentHeld' || event.type === 'ShipmentReleased'
        ? [[event.providerDisputeId, event.type] as const]
        : [],
    ),
  )
  if (count('OrderShipped') > 0) expect([...heldAtLast.values()]).not.to.include('ShipmentHeld')
  expect(count('LatePaymentDetected')).to.be.at.most(count('OrderRejected', 'OrderCancelled'))
}

describe('an order, whatever comes', () => {
  keepsItsPromises(orderDecider, commands, { seed: 9, invariant: oneEnd })
})
