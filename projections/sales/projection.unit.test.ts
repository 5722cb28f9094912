import type { ShopEvent } from '../../domain/registry.ts'
import { oneOfEach } from '../../test/specifications/every-event.ts'
import * as orders from '../../test/specifications/order-events.ts'
import * as payments from '../../test/specifications/payment-events.ts'
import { specificationOf } from '../../test/specifications/projection.ts'
import { sumsOf } from '../../test/specifications/sales-rows.ts'
import { salesProjection } from './projection.ts'

const { orderId, placed, confirmed, cancelled, outOfStock, notPaid } = orders
const { paymentSucceeded, refundRequested, refundSucceeded, refundFailed, refundSettledManually } = payments
const { externalRefundRecorded, externalRefundFailed, duplicateChargeDetected, disputeLost, disputeWon } = payments

const day = '2026-03-01'

describe('the sales read model', () => {
  const { given, everyEventHasALine } = specificationOf(salesProjection)

  /** An order of two cups and a pot, and then these: what the day has of all orders in euros, or in another currency, or of one SKU. */
  const oneDay = (...events: readonly ShopEvent[]) => {
    const counts = (sums: Parameters<typeof sumsOf>[2], { currency = 'EUR', sku = '' } = {}): void => {
      const row = sumsOf(day, currency, sums, sku)
      given(placed(), ...events).thenRow(row.key, row, `${row.key.trim()}: ${JSON.stringify(sums)}`)
    }
    return {
      counts,
      /** Beside the order that is placed. */
      also: (sums: Parameters<typeof sumsOf>[2]) => counts({ placed: 1, ...sums }),
      changesNothing: () => given(placed(), ...events).changesNothing(),
    }
  }

  describe('orders', () => {
    oneDay().counts({ placed: 1 })
    given(placed()).thenRow(
      orderId,
      {
        ...sumsOf(day, 'EUR', {}),
        key: orderId,
        day: null,
        sku: null,
        order: {
          status: 'placed',
          sold: false,
          lines: [
            { sku: 'CUP', quantity: 2 },
            { sku: 'POT', quantity: 1 },
          ],
          charges: [],
          refunds: {},
          outside: { refunds: [], disputes: [] },
        },
      },
      'its own row',
    )
    oneDay(confirmed()).also({ confirmed: 1, unitsSold: 3 })
    oneDay(confirmed()).counts({ unitsSold: 2 }, { sku: 'CUP' })
    oneDay(outOfStock()).also({ rejected: 1 })
    oneDay(notPaid()).also({ rejected: 1 })
    oneDay(cancelled()).also({ cancelled: 1 })
    oneDay(confirmed(), cancelled()).also({ confirmed: 1, cancelled: 1, unitsSold: 3, unitsGivenBack: 3 })
    oneDay(confirmed(), cancelled()).counts({ unitsSold: 1, unitsGivenBack: 1 }, { sku: 'POT' })
    oneDay(cancelled(), confirmed()).changesNothing()
    oneDay(orders.delayed()).changesNothing()
    oneDay(orders.latePaymentDetected()).changesNothing()
    oneDay(orders.shipmentHeld()).changesNothing()
    oneDay(orders.shipmentReleased()).changesNothing()
    oneDay(confirmed(), orders.shipped()).changesNothing()
    oneDay(confirmed(), orders.shipped(), orders.delivered()).changesNothing()
    given(placed(), confirmed(), placed({ orderId: orders.otherOrderId, currency: 'JPY' })).thenRow(
      `${day} JPY `,
      sumsOf(day, 'JPY', { placed: 1 }),
      'each currency by itself',
    )
    given(placed(), confirmed(), placed({ orderId: orders.otherOrderId })).thenRow(
      `${day} EUR `,
      sumsOf(day, 'EUR', { placed: 2, confirmed: 1, unitsSold: 3 }),
      'all orders of the day',
    )
  })

  describe('money taken', () => {
    const captured = '5500'
    oneDay(paymentSucceeded()).also({ captured })
    oneDay(payments.paymentMismatchDetected(9900)).also({ captured: '9900' })
    oneDay(payments.paymentMismatchDetected(9900, 'USD')).counts({ captured: '9900' }, { currency: 'USD' })
    oneDay(payments.paymentMismatchDetected(9900, 'USD')).counts({ placed: 1 })
    oneDay(paymentSucceeded(), duplicateChargeDetected()).also({ captured: '11000' })
    oneDay(paymentSucceeded(), duplicateChargeDetected('pp-1')).changesNothing()
    for (const event of [
      payments.paymentRequested(),
      payments.paymentActionRequired(),
      payments.paymentFailed(),
      payments.paymentOutcomeUnknown(),
      payments.paymentVoided(),
    ])
      oneDay(event).changesNothing()
  })

  describe('money given back', () => {
    const paid = [paymentSucceeded(), refundRequested()] as const
    const captured = '5500'
    const refunded = '5500'
    oneDay(...paid).also({ captured })
    oneDay(...paid, refundSucceeded()).also({ captured, refunded })
    oneDay(...paid, refundFailed()).also({ captured })
    oneDay(...paid, refundSucceeded(), refundFailed()).also({ captured, refunded: '0' })
    oneDay(...paid, refundFailed(), refundSettledManually()).also({ captured, refunded })
    oneDay(...paid, refundSettledManually()).also({ captured })
    oneDay(...paid, refundFailed(), payments.refundWithdrawn()).also({ captured })
    oneDay(...paid, refundFailed(), refundRequested({ attempt: 2, amount: 500 })).also({ captured })
    oneDay(
      ...paid,
      refundFailed(),
      refundRequested({ attempt: 2, amount: 500 }),
      refundSucceeded({ attempt: 2, amount: 500 }),
    ).also({ captured, refunded: '500' })
    oneDay(
      paymentSucceeded(),
      duplicateChargeDetected(),
      refundRequested({ refundId: 'duplicate-pp-2', providerPaymentId: 'pp-2' }),
      refundSucceeded({ refundId: 'duplicate-pp-2' }),
    ).also({ captured: '11000', refunded })
    oneDay(
      payments.paymentMismatchDetected(9900, 'USD'),
      refundRequested({ currency: 'USD' }),
      refundSucceeded(),
    ).counts({ captured: '9900', refunded }, { currency: 'USD' })
    oneDay(refundSucceeded()).changesNothing()
  })

  describe('units given back by line', () => {
    const byLine = (quantity: number) =>
      refundRequested({ refundId: 'r', amount: 1250, lines: [{ sku: 'CUP', quantity, ordered: 2 }] })
    const back = refundSucceeded({ refundId: 'r', amount: 1250 })
    oneDay(confirmed(), paymentSucceeded(), byLine(1), back).counts({ unitsSold: 2, unitsGivenBack: 1 }, { sku: 'CUP' })
    oneDay(confirmed(), paymentSucceeded(), byLine(1)).counts({ unitsSold: 2 }, { sku: 'CUP' })
    oneDay(confirmed(), paymentSucceeded(), byLine(1), back, cancelled()).counts(
      { unitsSold: 2, unitsGivenBack: 2 },
      { sku: 'CUP' },
    )
    oneDay(confirmed(), paymentSucceeded(), byLine(1), cancelled(), back).counts(
      { unitsSold: 2, unitsGivenBack: 2 },
      { sku: 'CUP' },
    )
    // Sold and given back in the moment in which it is confirmed.
    oneDay(paymentSucceeded(), byLine(1), back, confirmed()).counts({ unitsSold: 2, unitsGivenBack: 1 }, { sku: 'CUP' })
  })

  describe('money that moved without us', () => {
    const captured = '5500'
    const external = externalRefundRecorded()
    oneDay(paymentSucceeded(), external).also({ captured, refunded: '2000' })
    oneDay(external).also({ refunded: '2000' })
    oneDay(paymentSucceeded(), external, externalRefundFailed()).also({ captured, refunded: '0' })
    oneDay(paymentSucceeded(), externalRefundFailed()).also({ captured })
    oneDay(
      paymentSucceeded(),
      refundRequested({ amount: 2000 }),
      external,
      refundSucceeded({ amount: 2000, providerRefundId: 'pr-9' }),
    ).also({
      captured,
      refunded: '2000',
    })
    oneDay(paymentSucceeded(), payments.disputeOpened()).changesNothing()
    oneDay(paymentSucceeded(), disputeLost()).also({ captured, chargedBack: '5500' })
    oneDay(paymentSucceeded(), disputeLost(), disputeWon()).also({ captured, chargedBack: '0' })
    oneDay(paymentSucceeded(), disputeWon(), disputeLost()).changesNothing()
  })

  describe('more than a number holds exactly', () => {
    const amount = Number.MAX_SAFE_INTEGER
    const charges = ['pp-2', 'pp-3'].map((id) => ({ ...duplicateChargeDetected(id), amount }))
    oneDay({ ...paymentSucceeded(), amount: 3 }, ...charges).also({ captured: '18014398509481985' })
  })

  for (const event of Object.values(oneOfEach).filter(({ type }) =>
    /^(Inventory|Reservation|Stock|Product|Notification|PaymentProvider)/.test(type),
  ))
    oneDay(event).changesNothing()
  everyEventHasALine()
})
