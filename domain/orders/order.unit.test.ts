import { inEveryState, specificationOf } from '../../test/specifications/decider.ts'
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
  shipmentHeld,
  shipmentReleased,
  shipped,
} from '../../test/specifications/order-events.ts'
import type { PlaceOrder } from './commands.ts'
import { orderDecider } from './order.ts'

const { given } = specificationOf(orderDecider)

const everyState = inEveryState(orderDecider, {
  new: [],
  placed: [placed()],
  delayed: [placed(), delayed()],
  confirmed: [placed(), confirmed()],
  shipped: [placed(), confirmed(), shipped()],
  delivered: [placed(), confirmed(), shipped(), delivered()],
  rejected: [placed(), outOfStock()],
  'rejected, late payment noted': [placed(), notPaid(), latePaymentDetected()],
  cancelled: [placed(), cancelled()],
  'cancelled, late payment noted': [placed(), cancelled('expired'), latePaymentDetected()],
  'cancelled after it was confirmed': [placed(), confirmed(), cancelled('operator')],
})

const placeOrder = (changes: Partial<PlaceOrder> = {}): PlaceOrder => {
  const { type: _, total: __, ...order } = placed()
  return { type: 'PlaceOrder', ...order, ...changes }
}

describe('an order: PlaceOrder', () => {
  everyState(placeOrder(), {
    new: [placed()],
    placed: [],
    delayed: [],
    confirmed: [],
    shipped: [],
    delivered: [],
    rejected: [],
    'rejected, late payment noted': [],
    cancelled: [],
    'cancelled, late payment noted': [],
    'cancelled after it was confirmed': [],
  })
})

describe('an order: PlaceOrder with another request under the same key', () => {
  everyState(placeOrder({ requestHash: 'another' }), {
    new: [placed({ requestHash: 'another' })],
    placed: 'key_reused',
    delayed: 'key_reused',
    confirmed: 'key_reused',
    shipped: 'key_reused',
    delivered: 'key_reused',
    rejected: 'key_reused',
    'rejected, late payment noted': 'key_reused',
    cancelled: 'key_reused',
    'cancelled, late payment noted': 'key_reused',
    'cancelled after it was confirmed': 'key_reused',
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

describe('an order: RejectOrder for want of stock', () => {
  everyState(
    { type: 'RejectOrder', orderId, reason: 'out_of_stock', shortages: [{ sku: 'POT', wanted: 1, available: 0 }] },
    {
      new: 'order_not_found',
      placed: [outOfStock()],
      delayed: [outOfStock()],
      confirmed: [],
      shipped: [],
      delivered: [],
      rejected: [],
      'rejected, late payment noted': [],
      cancelled: [],
      'cancelled, late payment noted': [],
      'cancelled after it was confirmed': [],
    },
  )
})

describe('an order: RejectOrder for want of payment', () => {
  everyState(
    { type: 'RejectOrder', orderId, reason: 'payment_failed' },
    {
      new: 'order_not_found',
      placed: [notPaid()],
      delayed: [notPaid()],
      confirmed: [],
      shipped: [],
      delivered: [],
      rejected: [],
      'rejected, late payment noted': [],
      cancelled: [],
      'cancelled, late payment noted': [],
      'cancelled after it was confirmed': [],
    },
  )
})

describe('an order: ExpireOrder', () => {
  everyState(
    { type: 'ExpireOrder', orderId },
    {
      new: 'order_not_found',
      placed: [cancelled('expired')],
      delayed: [cancelled('expired')],
      confirmed: [],
      shipped: [],
      delivered: [],
      rejected: [],
      'rejected, late payment noted': [],
      cancelled: [],
      'cancelled, late payment noted': [],
      'cancelled after it was confirmed': [],
    },
  )
})

describe('an order: DelayOrder', () => {
  everyState(
    { type: 'DelayOrder', orderId, reason: 'payment_unanswered' },
    {
      new: 'order_not_found',
      placed: [delayed()],
      delayed: [],
      confirmed: [],
      shipped: [],
      delivered: [],
      rejected: [],
      'rejected, late payment noted': [],
      cancelled: [],
      'cancelled, late payment noted': [],
      'cancelled after it was confirmed': [],
    },
  )
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

describe('an order: ShipOrder', () => {
  everyState(
    { type: 'ShipOrder', orderId, carrier: 'Post', trackingNumber: 'T-1' },
    {
      new: 'order_not_found',
      placed: 'not_confirmed',
      delayed: 'not_confirmed',
      confirmed: [shipped()],
      shipped: [],
      delivered: [],
      rejected: 'order_closed',
      'rejected, late payment noted': 'order_closed',
      cancelled: 'order_closed',
      'cancelled, late payment noted': 'order_closed',
      'cancelled after it was confirmed': 'order_closed',
    },
  )

  it('under another tracking number it is refused, with the number it was shipped under', () => {
    const again = { type: 'ShipOrder', orderId, carrier: 'Post', trackingNumber: 'T-2' } as const
    given(placed(), confirmed(), shipped()).when(again).thenRefused('already_shipped', { trackingNumber: 'T-1' })
    given(placed(), confirmed(), shipped(), delivered())
      .when(again)
      .thenRefused('already_shipped', { trackingNumber: 'T-1' })
  })
})

const nothingToHold = {
  new: 'order_not_found',
  shipped: [],
  delivered: [],
  rejected: [],
  'rejected, late payment noted': [],
  cancelled: [],
  'cancelled, late payment noted': [],
  'cancelled after it was confirmed': [],
} as const

describe('an order: HoldShipment', () => {
  everyState(
    { type: 'HoldShipment', orderId, providerDisputeId: 'dp-1' },
    { ...nothingToHold, placed: [shipmentHeld()], delayed: [shipmentHeld()], confirmed: [shipmentHeld()] },
  )
})

describe('an order: ReleaseShipment', () => {
  everyState(
    { type: 'ReleaseShipment', orderId, providerDisputeId: 'dp-1' },
    { ...nothingToHold, placed: [shipmentReleased()], delayed: [shipmentReleased()], confirmed: [shipmentReleased()] },
  )
})

describe('an order whose payment is disputed', () => {
  const ship = { type: 'ShipOrder', orderId, carrier: 'Post', trackingNumber: 'T-1' } as const

  it('is not shipped, whenever the dispute came, until each is released', () => {
    given(placed(), confirmed(), shipmentHeld()).when(ship).thenRefused('payment_disputed')
    given(placed(), shipmentHeld(), confirmed()).when(ship).thenRefused('payment_disputed')
    given(placed(), confirmed(), shipmentHeld(), shipmentHeld('dp-2'), shipmentReleased())
      .when(ship)
      .thenRefused('payment_disputed')
    given(placed(), confirmed(), shipmentHeld(), shipmentReleased()).when(ship).then(shipped())
  })

  it('released before it was held is as good as released', () => {
    const hold = { type: 'HoldShipment', orderId, providerDisputeId: 'dp-1' } as const
    given(placed(), confirmed(), shipmentReleased()).when(hold).thenNothing()
    given(placed(), confirmed(), shipmentReleased(), shipmentHeld()).when(ship).then(shipped())
  })

  it('can be cancelled', () => {
    given(placed(), confirmed(), shipmentHeld())
      .when({ type: 'CancelOrder', orderId, reason: 'operator' })
      .then(cancelled('operator'))
  })
})

describe('an order: DeliverOrder', () => {
  everyState(
    { type: 'DeliverOrder', orderId },
    {
      new: 'order_not_found',
      placed: 'not_shipped',
      delayed: 'not_shipped',
      confirmed: 'not_shipped',
      shipped: [delivered()],
      delivered: [],
      rejected: 'not_shipped',
      'rejected, late payment noted': 'not_shipped',
      cancelled: 'not_shipped',
      'cancelled, late payment noted': 'not_shipped',
      'cancelled after it was confirmed': 'not_shipped',
    },
  )
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
