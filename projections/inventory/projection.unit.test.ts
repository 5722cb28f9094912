import { oneOfEach } from '../../test/specifications/every-event.ts'
import {
  sku,
  stockAdjusted,
  stockCommitted,
  stockReceived,
  stockReleased,
  stockReserved,
} from '../../test/specifications/inventory-events.ts'
import { otherOrderId } from '../../test/specifications/order-events.ts'
import { specificationOf } from '../../test/specifications/projection.ts'
import { stockProjection } from './projection.ts'

describe('the stock read model', () => {
  const { given, everyEventHasALine } = specificationOf(stockProjection)
  const row = (onHand: number, reserved: number, revision: number) => ({ sku, onHand, reserved, revision })

  given(stockReceived(5)).thenRow(sku, row(5, 0, 0))
  given(stockReceived(5), stockReceived(3, 'D-2')).thenRow(sku, row(8, 0, 1))
  given(stockReceived(5), stockAdjusted(-2)).thenRow(sku, row(3, 0, 1))
  given(stockAdjusted(4)).thenRow(sku, row(4, 0, 0))
  given(stockReceived(5), stockReserved(2)).thenRow(sku, row(5, 2, 1))
  given(stockReceived(5), stockReserved(2), stockReserved(3, otherOrderId)).thenRow(sku, row(5, 5, 2))
  given(stockReceived(5), stockReserved(2), stockReleased(2)).thenRow(sku, row(5, 0, 2))
  given(stockReceived(5), stockReleased(0)).thenRow(
    sku,
    row(5, 0, 1),
    'released ahead: nothing held, nothing given back',
  )
  given(stockReceived(5), stockReserved(2), stockCommitted(2)).thenRow(sku, row(3, 0, 2))

  const {
    StockReceived: _r,
    StockAdjusted: _a,
    StockReserved: _h,
    StockReleased: _l,
    StockCommitted: _c,
    ...others
  } = oneOfEach
  for (const event of Object.values(others)) given(stockReceived(5), event).changesNothing()
  everyEventHasALine()
})
