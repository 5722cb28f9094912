import {
  cancelled,
  confirmed,
  delivered,
  orderId,
  placed,
  shipmentHeld,
  shipmentReleased,
  shipped,
} from '../../test/specifications/order-events.ts'
import { everyState, given } from '../../test/specifications/order-states.ts'

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
