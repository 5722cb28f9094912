import { expect } from 'chai'
import { inEveryState, specificationOf } from '../../test/specifications/decider.ts'
import {
  sku,
  stockAdjusted,
  stockCommitted,
  stockReceived,
  stockReleased,
  stockReserved,
} from '../../test/specifications/inventory-events.ts'
import { orderId, otherOrderId } from '../../test/specifications/order-events.ts'
import { fold } from '../shared/decider.ts'
import type { StockEvent } from './events.ts'
import { availableOf, holdOf, stockDecider } from './stock.ts'

const { given } = specificationOf(stockDecider)

/** What the order has of a SKU of which five are on hand. */
const everyState = inEveryState(stockDecider, {
  none: [stockReceived(5)],
  held: [stockReceived(5), stockReserved(3)],
  released: [stockReceived(5), stockReserved(3), stockReleased(3)],
  'released ahead': [stockReceived(5), stockReleased(0)],
  committed: [stockReceived(5), stockReserved(3), stockCommitted(3)],
})

describe('stock: ReserveStock', () => {
  everyState(
    { type: 'ReserveStock', sku, orderId, quantity: 3 },
    {
      none: [stockReserved(3)],
      held: [],
      released: 'reservation_closed',
      'released ahead': 'reservation_closed',
      committed: 'reservation_closed',
    },
  )

  it('to the last unit, and not one more', () => {
    given(stockReceived(5)).when({ type: 'ReserveStock', sku, orderId, quantity: 5 }).then(stockReserved(5))
    given(stockReceived(5))
      .when({ type: 'ReserveStock', sku, orderId, quantity: 6 })
      .thenRefused('out_of_stock', { sku, wanted: 6, available: 5 })
  })

  it('what another order holds is not available, what it gave back is', () => {
    const two = { type: 'ReserveStock', sku, orderId, quantity: 2 } as const
    given(stockReceived(3), stockReserved(2, otherOrderId))
      .when(two)
      .thenRefused('out_of_stock', { sku, wanted: 2, available: 1 })
    given(stockReceived(3), stockReserved(2, otherOrderId), stockReleased(2, otherOrderId))
      .when(two)
      .then(stockReserved(2))
    given(stockReceived(3), stockReserved(2, otherOrderId), stockCommitted(2, otherOrderId))
      .when(two)
      .thenRefused('out_of_stock', { sku, wanted: 2, available: 1 })
  })

  it('of a SKU that never came in', () => {
    given()
      .when({ type: 'ReserveStock', sku, orderId, quantity: 1 })
      .thenRefused('out_of_stock', { sku, wanted: 1, available: 0 })
  })
})

describe('stock: ReleaseStock', () => {
  everyState(
    { type: 'ReleaseStock', sku, orderId },
    {
      none: [stockReleased(0)],
      held: [stockReleased(3)],
      released: [],
      'released ahead': [],
      committed: [],
    },
  )
})

describe('stock: CommitStock', () => {
  everyState(
    { type: 'CommitStock', sku, orderId },
    {
      none: 'reservation_not_held',
      held: [stockCommitted(3)],
      released: 'reservation_not_held',
      'released ahead': 'reservation_not_held',
      committed: [],
    },
  )
})

describe('stock: ReceiveStock', () => {
  const receive = { type: 'ReceiveStock', sku, quantity: 5, document: 'D-1' } as const

  it('a new document', () => {
    given().when(receive).then(stockReceived(5))
    given(stockReceived(5, 'D-0')).when(receive).then(stockReceived(5))
  })
  it('a known document: already so, also when the goods have gone since', () => {
    given(stockReceived(5), stockReserved(5), stockCommitted(5)).when(receive).thenNothing()
  })
  it('a known document with another quantity', () => {
    given(stockReceived(4)).when(receive).thenRefused('document_reused', { sku, document: 'D-1', quantity: 4 })
  })
  it("an adjustment's id is not a document's", () => {
    given(stockReceived(9, 'D-0'), stockAdjusted(5, 'D-1')).when(receive).then(stockReceived(5))
  })
})

describe('stock: AdjustStock', () => {
  const adjust = (delta: number, reason = 'counted') =>
    ({ type: 'AdjustStock', sku, adjustmentId: 'A-1', delta, reason }) as const

  it('up and down', () => {
    given().when(adjust(2)).then(stockAdjusted(2))
    given(stockReceived(5)).when(adjust(-5)).then(stockAdjusted(-5))
  })
  it('never below what is reserved: refused, naming the orders', () => {
    given(stockReceived(5), stockReserved(2), stockReserved(1, otherOrderId)).when(adjust(-2)).then(stockAdjusted(-2))
    given(stockReceived(5), stockReserved(2), stockReserved(1, otherOrderId))
      .when(adjust(-3))
      .thenRefused('stock_reserved', { sku, onHand: 5, reserved: 3, orders: [orderId, otherOrderId] })
    given(stockReceived(5), stockReserved(2), stockReleased(2), stockReserved(1, otherOrderId))
      .when(adjust(-5))
      .thenRefused('stock_reserved', { sku, onHand: 5, reserved: 1, orders: [otherOrderId] })
  })
  it('never below nothing', () => {
    given(stockReceived(5)).when(adjust(-6)).thenRefused('stock_reserved', { sku, onHand: 5, reserved: 0, orders: [] })
  })
  it('a known id: already so, also when it would no longer be possible', () => {
    given(stockReceived(5), stockAdjusted(-3), stockReserved(2)).when(adjust(-3)).thenNothing()
  })
  it('a known id with another content', () => {
    given(stockReceived(5), stockAdjusted(-3)).when(adjust(-2)).thenRefused('document_reused')
    given(stockReceived(5), stockAdjusted(-3)).when(adjust(-3, 'stolen')).thenRefused('document_reused')
  })
})

describe('stock: the state', () => {
  it('counts', () => {
    const stock = fold(stockDecider, [
      stockReceived(9),
      stockReserved(3),
      stockReserved(2, otherOrderId),
      stockCommitted(3),
    ])
    expect([stock.onHand, stock.reserved, availableOf(stock)]).to.deep.equal([6, 2, 4])
  })

  it('an older state stays what it was, whatever came after it', () => {
    const before = fold(stockDecider, [stockReceived(9), stockReserved(3)])
    fold(stockDecider, [stockCommitted(3), stockReserved(6, otherOrderId)], before)
    expect([before.onHand, before.reserved]).to.deep.equal([9, 3])
    expect([...before.held]).to.deep.equal([[orderId, 3]])
  })

  describe('forgets what came to its end, by the times of later events', () => {
    const day = 24 * 3_600_000
    const on = (n: number) => new Date(Date.parse('2026-01-01T00:00:00Z') + n * day)
    const third = '33333333-3333-5333-8333-333333333333'
    /** Folds events, each on its day. */
    const over = (...history: readonly (readonly [day: number, event: StockEvent])[]) =>
      history.reduce((stock, [n, event]) => stockDecider.evolve(stock, event, on(n)), stockDecider.initialState)
    const begun = [
      [0, stockReceived(9)],
      [1, stockReserved(3)],
      [1, stockReleased(3)],
      [1, stockReserved(2, otherOrderId)],
    ] as const

    it('after thirty days and not before, and never what is held', () => {
      const later = (...days: readonly number[]) =>
        over(
          ...begun,
          ...days.map(
            (n, index) => [n, stockReleased(0, `44444444-4444-5444-8444-${String(index).padStart(12, '0')}`)] as const,
          ),
        )
      expect(holdOf(later(30), orderId)?.status).to.equal('released')
      // A generation ends with an event after thirty days, and what lies in it with the next one that ends.
      expect(holdOf(later(32), orderId)?.status).to.equal('released')
      expect(holdOf(later(32, 61), orderId)?.status).to.equal('released')
      expect(holdOf(later(32, 62), orderId)).to.equal(undefined)
      expect(holdOf(later(32, 62, 99, 200), otherOrderId)).to.deep.equal({ status: 'held', quantity: 2 })
    })

    it('documents and adjustments too', () => {
      const stock = over([0, stockReceived(1)], [40, stockReceived(1, 'D-2')], [80, stockReceived(1, 'D-3')])
      expect(stock.onHand).to.equal(3)
      expect(stockDecider.decide({ type: 'ReceiveStock', sku, quantity: 1, document: 'D-2' }, stock)).to.deep.equal([])
      expect(stockDecider.decide({ type: 'ReceiveStock', sku, quantity: 1, document: 'D-1' }, stock)).to.have.length(1)
    })

    it('one writer with a clock that is years ahead does not wipe it out', () => {
      const stock = over(
        ...begun,
        [4_000, stockReleased(0, third)],
        [2, stockReleased(0, '44444444-4444-5444-8444-444444444444')],
      )
      expect(holdOf(stock, orderId)?.status).to.equal('released')
    })

    it('a commit that comes again after its hold is forgotten has nothing to do, and is not parked', () => {
      const commit = { type: 'CommitStock', sku, orderId } as const
      const committed = over(
        [0, stockReceived(9)],
        [1, stockReserved(3)],
        [1, stockCommitted(3)],
        [32, stockReleased(0, third)],
        [63, stockReleased(0, '44444444-4444-5444-8444-444444444444')],
      )
      expect(holdOf(committed, orderId)).to.equal(undefined)
      expect(stockDecider.decide(commit, committed)).to.deep.equal([])
    })
  })

  it('what cannot be reserved, committed or taken away changes nothing', () => {
    given(stockReceived(5), stockReserved(6), stockCommitted(6), stockAdjusted(-6), stockReleased(6, otherOrderId))
      .when({ type: 'ReserveStock', sku, orderId, quantity: 5 })
      .then(stockReserved(5))
  })
})
