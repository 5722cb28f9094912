import { expect } from 'chai'
import fc from 'fast-check'
import { keepsItsPromises } from '../../test/specifications/decider-properties.ts'
import { sku } from '../../test/specifications/inventory-events.ts'
import { orderId, otherOrderId } from '../../test/specifications/order-events.ts'
import type { ReservationCommand, StockCommand } from './commands.ts'
import type { StockEvent } from './events.ts'
import { reservationDecider } from './reservation.ts'
import type { Stock } from './stock.ts'
import { stockDecider } from './stock.ts'

const order = fc.constantFrom(orderId, otherOrderId, '99999999-9999-5999-8999-999999999999')
const type = <Type extends StockCommand['type']>(name: Type) => ({ type: fc.constant(name), sku: fc.constant(sku) })

const stockCommands: fc.Arbitrary<StockCommand> = fc.oneof(
  fc.record({
    ...type('ReceiveStock'),
    quantity: fc.integer({ min: 1, max: 9 }),
    document: fc.constantFrom('D-1', 'D-2', 'D-3'),
  }),
  fc.record({
    ...type('AdjustStock'),
    adjustmentId: fc.constantFrom('A-1', 'A-2', 'A-3'),
    delta: fc.integer({ min: -9, max: 3 }),
    reason: fc.constantFrom('counted', 'stolen'),
  }),
  fc.record({ ...type('ReserveStock'), orderId: order, quantity: fc.integer({ min: 1, max: 6 }) }),
  fc.record({ ...type('ReleaseStock'), orderId: order }),
  fc.record({ ...type('CommitStock'), orderId: order }),
)

/** Counted from the events alone, and the state must agree. */
const nothingIsSoldTwice = (stock: Stock, history: readonly StockEvent[]): void => {
  let [onHand, reserved] = [0, 0]
  for (const event of history) {
    if (event.type === 'StockReceived') onHand += event.quantity
    if (event.type === 'StockAdjusted') onHand += event.delta
    if (event.type === 'StockReserved') reserved += event.quantity
    if (event.type === 'StockReleased') reserved -= event.quantity
    if (event.type === 'StockCommitted') [onHand, reserved] = [onHand - event.quantity, reserved - event.quantity]
  }
  expect([stock.onHand, stock.reserved]).to.deep.equal([onHand, reserved])
  expect(reserved).to.be.at.least(0)
  expect(onHand).to.be.at.least(reserved)
}

const lines = [{ sku, quantity: 2 }]
const reservationCommands: fc.Arbitrary<ReservationCommand> = fc.constantFrom<ReservationCommand[]>(
  { type: 'StartReservation', orderId, lines },
  { type: 'CompleteReservation', orderId },
  { type: 'FailReservation', orderId, shortages: [{ sku, wanted: 2, available: 1 }] },
  { type: 'ReleaseInventory', orderId, reason: 'order_cancelled' },
  { type: 'CompleteCommit', orderId },
)

describe('stock, whatever comes', () => {
  keepsItsPromises(stockDecider, stockCommands, { seed: 6, invariant: nothingIsSoldTwice })

  it('0 ≤ reserved ≤ on hand in every state, also of events in an order that nobody could have written', () => {
    const events: fc.Arbitrary<StockEvent> = fc.oneof(
      fc.record({
        ...event('StockReceived'),
        quantity: fc.integer({ min: 1, max: 9 }),
        document: fc.constantFrom('D-1', 'D-2', 'D-3'),
      }),
      fc.record({
        ...event('StockAdjusted'),
        adjustmentId: fc.constantFrom('A-1', 'A-2'),
        delta: fc.integer({ min: -9, max: 9 }),
        reason: fc.constant(''),
      }),
      fc.record({ ...event('StockReserved'), orderId: order, quantity: fc.integer({ min: 1, max: 6 }) }),
      fc.record({ ...event('StockReleased'), orderId: order, quantity: fc.integer({ min: 0, max: 6 }) }),
      fc.record({ ...event('StockCommitted'), orderId: order, quantity: fc.integer({ min: 1, max: 6 }) }),
    )
    fc.assert(
      fc.property(fc.array(events, { maxLength: 30 }), (history) => {
        let stock = stockDecider.initialState
        for (const next of history) {
          stock = stockDecider.evolve(stock, next, new Date(0))
          expect(stock.reserved).to.be.at.least(0)
          expect(stock.onHand).to.be.at.least(stock.reserved)
        }
      }),
      { seed: 7, numRuns: 500 },
    )
  })
})

const event = <Type extends StockEvent['type']>(name: Type) => ({ type: fc.constant(name), sku: fc.constant(sku) })

describe('a reservation, whatever comes', () => {
  keepsItsPromises(reservationDecider, reservationCommands, { seed: 8 })
})
