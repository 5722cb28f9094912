import {
  cancelled,
  confirmed,
  delayed,
  delivered,
  latePaymentDetected,
  notPaid,
  orderId,
  outOfStock,
  paymentId,
  placed,
  shipped,
} from '../../test/specifications/order-events.ts'
import { everyState, given } from '../../test/specifications/order-states.ts'
import type { OrderCommand, PlaceOrder } from './commands.ts'
import type { OrderEvent } from './events.ts'

const placeOrder = (changes: Partial<PlaceOrder> = {}): PlaceOrder => {
  const { type: _, total: __, ...order } = placed()
  return { type: 'PlaceOrder', ...order, ...changes }
}

/** The same in every state of an order that is there, but for those that are named. */
const wheneverItIsThere = <Line>(line: Line) => ({
  placed: line,
  delayed: line,
  confirmed: line,
  shipped: line,
  delivered: line,
  rejected: line,
  'rejected, late payment noted': line,
  cancelled: line,
  'cancelled, late payment noted': line,
  'cancelled after it was confirmed': line,
})

describe('an order: PlaceOrder', () => {
  everyState(placeOrder(), { ...wheneverItIsThere([]), new: [placed()] })
})

describe('an order: PlaceOrder with another request under the same key', () => {
  everyState(placeOrder({ requestHash: 'another' }), {
    ...wheneverItIsThere('key_reused'),
    new: [placed({ requestHash: 'another' })],
  })

  it('whatever the prices are by now, the same request is the same order', () => {
    given(placed())
      .when(placeOrder({ lines: [{ sku: 'CUP', name: 'Cup', quantity: 2, unitPrice: 9999 }] }))
      .thenNothing()
  })
})

describe('an order: ConfirmOrder', () => {
  everyState(
    { type: 'ConfirmOrder', orderId, paymentId },
    {
      new: 'order_not_found',
      placed: [confirmed()],
      delayed: [confirmed()],
      confirmed: [],
      shipped: [],
      delivered: [],
      rejected: [latePaymentDetected()],
      'rejected, late payment noted': [],
      cancelled: [latePaymentDetected()],
      'cancelled, late payment noted': [],
      'cancelled after it was confirmed': [],
    },
  )
})

const onlyWhilePlaced: readonly (readonly [string, OrderCommand, OrderEvent, (readonly OrderEvent[])?])[] = [
  [
    'RejectOrder for want of stock',
    { type: 'RejectOrder', orderId, reason: 'out_of_stock', shortages: [{ sku: 'POT', wanted: 1, available: 0 }] },
    outOfStock(),
  ],
  ['RejectOrder for want of payment', { type: 'RejectOrder', orderId, reason: 'payment_failed' }, notPaid()],
  ['ExpireOrder', { type: 'ExpireOrder', orderId }, cancelled('expired')],
  ['DelayOrder', { type: 'DelayOrder', orderId, reason: 'payment_unanswered' }, delayed(), []],
]
for (const [what, command, event, whenDelayed = [event]] of onlyWhilePlaced)
  describe(`an order: ${what}`, () => {
    everyState(command, {
      ...wheneverItIsThere([]),
      new: 'order_not_found',
      placed: [event],
      delayed: whenDelayed,
    })
  })

describe('an order: CancelOrder', () => {
  everyState(
    { type: 'CancelOrder', orderId, reason: 'customer' },
    {
      new: 'order_not_found',
      placed: [cancelled()],
      delayed: [cancelled()],
      confirmed: [cancelled()],
      shipped: 'already_shipped',
      delivered: 'already_shipped',
      rejected: 'order_closed',
      'rejected, late payment noted': 'order_closed',
      cancelled: [],
      'cancelled, late payment noted': [],
      'cancelled after it was confirmed': [],
    },
  )

  it("keeps the caller's own words", () => {
    given(placed())
      .when({ type: 'CancelOrder', orderId, reason: 'operator', note: 'ordered twice' })
      .then({ ...cancelled('operator'), note: 'ordered twice' })
  })
})

describe('an order: events that cannot apply', () => {
  it('a confirmation, a rejection and a cancellation change nothing once the order is shipped', () => {
    given(placed(), confirmed(), shipped(), confirmed(), outOfStock(), cancelled(), latePaymentDetected())
      .when({ type: 'DeliverOrder', orderId })
      .then(delivered())
  })

  it('what comes before the order is placed is as if it had never come', () => {
    given(delivered(), shipped(), cancelled(), confirmed(), latePaymentDetected(), placed())
      .when({ type: 'ConfirmOrder', orderId, paymentId })
      .then(confirmed())
  })
})
