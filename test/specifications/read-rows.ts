import type { ProductRow } from '../../projections/catalogue/table.ts'
import type { StockRow } from '../../projections/inventory/table.ts'
import type { OrderRow } from '../../projections/orders/table.ts'
import type { TimelineRow } from '../../projections/timeline/table.ts'
import { happened, idOf, order } from './read-api.ts'

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

const otto: TimelineRow['actor'] = { type: 'operator', id: 'otto' }

/** Of the first order and of the second, not in the order of the log. */
export const timeline: readonly TimelineRow[] = [
  happened(9, 1, 'InventoryReserved', { service: 'inventory', data: { lines: [] }, causationId: idOf(1) }),
  happened(1, 1, 'OrderPlaced', { data: { total: 1800 }, traceId: '0af7651916cd43dd8448eb211c80319c' }),
  happened(12, 1, 'OrderCancelled', { data: { reason: 'operator', note: 'a crook' }, actor: otto }),
  happened(13, 1, 'RefundFailed', { service: 'payment', data: { refundId: 'full', attempt: 1, code: 'expired' } }),
  happened(2, 2, 'OrderPlaced'),
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
