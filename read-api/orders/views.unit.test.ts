import { expect } from 'chai'
import type { ShopEvent } from '../../domain/registry.ts'
import { ordersProjection } from '../../projections/orders/projection.ts'
import type { OrderRow } from '../../projections/orders/table.ts'
import { oneOfEach } from '../../test/specifications/every-event.ts'
import { forOperators, withWordsForOperators } from '../../test/specifications/for-operators.ts'
import { orderId, placed } from '../../test/specifications/order-events.ts'
import { paymentSucceeded } from '../../test/specifications/payment-events.ts'
import { recordedOf } from '../../test/specifications/projection.ts'
import { orderView, viewOfOrder } from './views.ts'

const rowAfter = (events: readonly ShopEvent[]): OrderRow => {
  let row: OrderRow | undefined
  for (const recorded of recordedOf(events)) {
    if (!ordersProjection.keys(recorded).includes(orderId)) continue
    const next = ordersProjection.evolve(row, recorded, orderId)
    if (typeof next === 'object') row = next
  }
  if (row === undefined) throw new Error('no order was placed')
  return row
}

describe('the details of an order', () => {
  it('have words to be kept from customers, in this test', () => {
    const marked = Object.values(oneOfEach).filter((event) =>
      Object.values(withWordsForOperators(event)).includes(forOperators),
    )
    expect(marked.map(({ type }) => type)).to.include.members([
      'OrderCancelled',
      'RefundRequested',
      'RefundSettledManually',
      'PaymentSucceeded',
      'DisputeOpened',
    ])
  })

  for (const event of Object.values(oneOfEach)) {
    it(`show nothing of ${event.type} that is for operators`, () => {
      const events = [placed(), paymentSucceeded(), event].map(withWordsForOperators)
      const view = viewOfOrder({ ...rowAfter(events), stale: false })
      expect(orderView.safeParse(view).error).to.equal(undefined)
      expect(JSON.stringify(view)).not.to.contain(forOperators)
    })
  }
})
