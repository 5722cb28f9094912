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
import { availableOf, stockDecider } from './stock.ts'

const { given } = specificationOf(stockDecider)

/** What the order has of a SKU of which five are on hand. */
const everyState = inEveryState(stockDecider, {
  none: [stockReceived(5)],
  held: [stockReceived(5), stockReserved(3)],
  released: [stockReceived(5), stockReserved(3), stockReleased(3)],
  'closed by a fence': [stockReceived(5), stockReleased(0)],
  committed: [stockReceived(5), stockReserved(3), stockCommitted(3)],
})

describe('stock: ReserveStock', () => {
  everyState({ type: 'ReserveStock', sku, orderId, quantity: 3 }, {
    none: [stockReserved(3)],
    held: [],
    released: 'reservation_closed',
    'closed by a fence': 'reservation_closed',
    committed: 'reservation_closed',
  })

  it('to the last unit, and not one more', () => {
    given(stockReceived(5)).when({ type: 'ReserveStock', sku, orderId, quantity: 5 }).then(stockReserved(5))
    given(stockReceived(5))
      .when({ type: 'ReserveStock', sku, orderId, quantity: 6 })
      .thenRefused('out_of_stock', { sku, wanted: 6, available: 5 })
  })

  it('what another order holds is not available, what it gave back is', () => {
    const two = { type: 'ReserveStock', sku, orderId, quantity: 2 } as const
    given(stockReceived(3), stockReserved(2, otherOrderId)).when(two).thenRefused('out_of_stock', { sku, wanted: 2, available: 1 })
    given(stockReceived(3), stockReserved(2, otherOrderId), stockReleased(2, otherOrderId)).when(two).then(stockReserved(2))
    given(stockReceived(3), stockReserved(2, otherOrderId), stockCommitted(2, otherOrderId))
      .when(two)
      .thenRefused('out_of_stock', { sku, wanted: 2, available: 1 })
  })

  it('of a SKU that never came in', () => {
    given().when({ type: 'ReserveStock', sku, orderId, quantity: 1 }).thenRefused('out_of_stock', { sku, wanted: 1, available: 0 })
  })
})

describe('stock: ReleaseStock', () => {
  everyState({ type: 'ReleaseStock', sku, orderId }, {
    none: [stockReleased(0)],
    held: [stockReleased(3)],
    released: [],
    'closed by a fence': [],
    committed: [],
  })
})

describe('stock: CommitStock', () => {
  everyState({ type: 'CommitStock', sku, orderId }, {
    none: 'reservation_not_held',
    held: [stockCommitted(3)],
    released: 'reservation_not_held',
    'closed by a fence': 'reservation_not_held',
    committed: [],
  })
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
  it('an adjustment\'s id is not a document\'s', () => {
    given(stockReceived(9, 'D-0'), stockAdjusted(5, 'D-1')).when(receive).then(stockReceived(5))
  })
})

describe('stock: AdjustStock', () => {
  const adjust = (delta: number, reason = 'counted') => ({ type: 'AdjustStock', sku, adjustmentId: 'A-1', delta, reason }) as const

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
    const stock = fold(stockDecider, [stockReceived(9), stockReserved(3), stockReserved(2, otherOrderId), stockCommitted(3)])
    expect([stock.onHand, stock.reserved, availableOf(stock)]).to.deep.equal([6, 2, 4])
  })

  it('an older state stays what it was, whatever came after it', () => {
    const before = fold(stockDecider, [stockReceived(9), stockReserved(3)])
    fold(stockDecider, [stockCommitted(3), stockReserved(6, otherOrderId)], before)
    expect([before.onHand, before.reserved]).to.deep.equal([9, 3])
    expect([...before.orders]).to.deep.equal([[orderId, { status: 'held', quantity: 3 }]])
  })

  it('what cannot be reserved, committed or taken away changes nothing', () => {
    given(stockReceived(5), stockReserved(6), stockCommitted(6), stockAdjusted(-6), stockReleased(6, otherOrderId))
      .when({ type: 'ReserveStock', sku, orderId, quantity: 5 })
      .then(stockReserved(5))
  })
})
