import { oneOfEach } from '../../test/specifications/every-event.ts'
import {
  cancelled,
  confirmed,
  delivered,
  notPaid,
  otherOrderId,
  outOfStock,
  shipped,
} from '../../test/specifications/order-events.ts'
import { placeOf, specificationOf } from '../../test/specifications/projection.ts'
import { orderOutcomes } from './order-outcomes.ts'

describe('the counted outcomes of orders', () => {
  const { given, everyEventHasALine } = specificationOf(orderOutcomes)
  const row = (outcome: string, orders: number, n: number) => ({ outcome, orders, upTo: placeOf(n) })

  given(confirmed()).thenRow('confirmed', row('confirmed', 1, 0))
  given(confirmed(), { ...confirmed(), orderId: otherOrderId }).thenRow('confirmed', row('confirmed', 2, 1), 'two')
  given(outOfStock()).thenRow('rejected out_of_stock', row('rejected out_of_stock', 1, 0))
  given(notPaid()).thenRow('rejected payment_failed', row('rejected payment_failed', 1, 0))
  given(cancelled('expired')).thenRow('cancelled expired', row('cancelled expired', 1, 0))
  given(confirmed(), cancelled()).thenRow('cancelled customer', row('cancelled customer', 1, 1))
  given(confirmed(), shipped()).thenRow('shipped', row('shipped', 1, 1))
  given(shipped(), delivered()).thenRow('delivered', row('delivered', 1, 1))

  const {
    OrderConfirmed: _1,
    OrderRejected: _2,
    OrderCancelled: _3,
    OrderShipped: _4,
    OrderDelivered: _5,
    ...others
  } = oneOfEach
  for (const event of Object.values(others)) given(confirmed(), event).changesNothing()
  everyEventHasALine()
})
