import type { ProductRow } from '../../projections/catalogue/table.ts'
import type { StockRow } from '../../projections/inventory/table.ts'
import type { OrderRow } from '../../projections/orders/table.ts'
import type { TimelineRow } from '../../projections/timeline/table.ts'
import { at, idOf, order, timeOf } from './read-api.ts'

/** Alice's and Bob's, from the first to the fifth; of each something that the others have not. */
export const orders: readonly OrderRow[] = [
  order(1),
  order(2, { status: 'confirmed', revision: 1 }),
  order(3, {
    skus: ['TEA'],
    customerId: 'bob',
    paymentStatus: 'mismatch',
    charge: { amount: 1900, currency: 'EUR' },
    duplicateCharges: [
      { providerPaymentId: 'pp-2', amount: 1900, currency: 'EUR', refund: null },
      { providerPaymentId: 'pp-3', amount: 1, currency: 'EUR', refund: 'failed' },
    ],
    attention: ['payment_mismatch', 'duplicate_charge', 'refund_failed'],
  }),
  order(4, { currency: 'JPY', total: 500, delayed: true }),
  order(5, {
    customerId: 'bob',
    status: 'rejected',
    reason: 'out_of_stock',
    shortages: [{ sku: 'MUG', wanted: 2, available: 1 }],
    paymentStatus: 'action_required',
    paymentActionUrl: 'http://pay.example/5',
    refunded: 900,
    refundedLines: [{ sku: 'MUG', quantity: 1 }],
    disputeStatus: 'lost',
    chargedBack: 500,
    fulfilment: 'released',
    revision: 1,
  }),
]

/** Of the first order and of the second, not in the order of the log. */
export const timeline: readonly TimelineRow[] = [
  {
    position: at(9),
    orderId: idOf(1),
    type: 'InventoryReserved',
    service: 'inventory',
    at: timeOf(9),
    data: { lines: [] },
    traceId: null,
  },
  {
    position: at(1),
    orderId: idOf(1),
    type: 'OrderPlaced',
    service: 'order',
    at: timeOf(1),
    data: { total: 1800 },
    traceId: '0af7651916cd43dd8448eb211c80319c',
  },
  {
    position: at(12),
    orderId: idOf(1),
    type: 'OrderCancelled',
    service: 'order',
    at: timeOf(12),
    data: { reason: 'operator', note: 'a crook' },
    traceId: null,
  },
  {
    position: at(13),
    orderId: idOf(1),
    type: 'RefundFailed',
    service: 'payment',
    at: timeOf(13),
    data: { refundId: 'full', attempt: 1, code: 'expired' },
    traceId: null,
  },
  {
    position: at(2),
    orderId: idOf(2),
    type: 'OrderPlaced',
    service: 'order',
    at: timeOf(2),
    data: {},
    traceId: null,
  },
]

export const products: readonly ProductRow[] = [
  { sku: 'MUG', name: 'Mug', price: 900, currency: 'EUR', discontinued: false, revision: 3 },
  { sku: 'OLD', name: 'Old', price: 1, currency: 'EUR', discontinued: true, revision: 1 },
  { sku: 'TEA', name: 'Tea', price: 450, currency: 'EUR', discontinued: false, revision: 0 },
]

export const stock: readonly StockRow[] = [
  { sku: 'MUG', onHand: 5, reserved: 2, revision: 4 },
  { sku: 'OLD', onHand: 5, reserved: 0, revision: 0 },
  { sku: 'TEA', onHand: 2, reserved: 2, revision: 1 },
]
