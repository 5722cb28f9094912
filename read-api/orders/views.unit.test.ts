import { expect } from 'chai'
import type { ShopEvent } from '../../domain/registry.ts'
import type { Reader } from '../../domain/visibility.ts'
import { ordersProjection } from '../../projections/orders/projection.ts'
import type { OrderRow } from '../../projections/orders/table.ts'
import { oneOfEach } from '../../test/specifications/every-event.ts'
import { forOperators, withWordsForOperators } from '../../test/specifications/for-operators.ts'
import { orderId, placed } from '../../test/specifications/order-events.ts'
import {
  disputeLost,
  externalRefundRecorded,
  paymentMismatchDetected,
  paymentRequested,
  paymentSucceeded,
} from '../../test/specifications/payment-events.ts'
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

it('the details of an order tell operators alone whose hands its money is in', () => {
  const row = { ...rowAfter([placed(), paymentSucceeded(), oneOfEach.DuplicateChargeDetected]), stale: false }
  const [forCustomers, forUs] = [viewOfOrder(row, 'customer'), viewOfOrder(row, 'operator')]
  expect(forUs.attention).to.have.length.greaterThan(0)
  expect(forUs.payment.duplicates?.map((charge) => charge.providerPaymentId)).to.deep.equal([
    oneOfEach.DuplicateChargeDetected.providerPaymentId,
  ])
  expect(forCustomers).not.to.have.property('attention')
  expect(forCustomers.payment.duplicates?.map((charge) => Object.keys(charge))).to.deep.equal([['amount']])
})

it('customers see a refund of a duplicate charge that failed as one that is on its way: operators have it in hand', () => {
  const charge = { providerPaymentId: 'pp-2', amount: 5500, currency: 'EUR' }
  for (const [refund, shown] of [
    ['requested', 'requested'],
    ['failed', 'requested'],
    ['succeeded', 'succeeded'],
    ['settled', 'settled'],
  ] as const) {
    const row = { ...rowAfter([placed()]), duplicateCharges: [{ ...charge, refund }], stale: false }
    const refundSeenBy = (reader: Reader) => viewOfOrder(row, reader).payment.duplicates?.map((one) => one.refund)
    expect(refundSeenBy('customer')).to.deep.equal([shown])
    expect(refundSeenBy('operator')).to.deep.equal([refund])
  }
})

it('the money of a charge in another currency is shown in that currency', () => {
  const usd = (amount: number) => ({ amount, currency: 'USD' })
  const charged = [placed(), paymentRequested(), paymentMismatchDetected(9900, 'USD')]
  const moved = [externalRefundRecorded(usd(4400)), disputeLost(usd(5500))]
  const shownAfter = (events: readonly ShopEvent[]) =>
    viewOfOrder({ ...rowAfter(events), stale: false }, 'customer').payment
  expect(shownAfter(charged)).to.deep.include({ captured: usd(9900), refunded: usd(0), chargedBack: usd(0) })
  expect(shownAfter([...charged, ...moved])).to.deep.include({ refunded: usd(4400), chargedBack: usd(5500) })
})

describe('the details of an order', () => {
  it('have words to be kept from customers, in this test', () => {
    const marked = Object.values(oneOfEach).filter((event) =>
      Object.values(withWordsForOperators(event)).includes(forOperators),
    )
    expect(marked.map(({ type }) => type)).to.include.members([
      'OrderCancelled',
      'RefundRequested',
      'RefundSettledManually',
      'RefundWithdrawn',
      'PaymentSucceeded',
      'DisputeOpened',
    ])
  })

  for (const event of Object.values(oneOfEach)) {
    it(`show nothing of ${event.type} that is for operators`, () => {
      const events = [placed(), paymentSucceeded(), withWordsForOperators(event)]
      const view = viewOfOrder({ ...rowAfter(events), stale: false }, 'customer')
      expect(orderView.safeParse(view).error).to.equal(undefined)
      expect(JSON.stringify(view)).not.to.contain(forOperators)
    })
  }
})
