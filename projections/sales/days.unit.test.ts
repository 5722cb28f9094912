import { expect } from 'chai'
import fc from 'fast-check'
import { oneOfEach } from '../../test/specifications/every-event.ts'
import * as orders from '../../test/specifications/order-events.ts'
import * as payments from '../../test/specifications/payment-events.ts'
import { salesOf, type Happened } from '../../test/specifications/sales-days.ts'
import { sumsOf } from '../../test/specifications/sales-rows.ts'
import { countedOf } from './counted.ts'

const { placed, confirmed, cancelled } = orders
const { paymentSucceeded, refundRequested, refundSucceeded, refundFailed } = payments

/** The sums of all orders, by day and currency. */
const days = (...happened: readonly Happened[]) =>
  salesOf(happened)
    .filter(({ sku }) => sku === '')
    .sort((a, b) => (a.key < b.key ? -1 : 1))

const sold = ['2026-01-30', placed(), paymentSucceeded(), confirmed()] as const
const january = { placed: 1, confirmed: 1, unitsSold: 3, captured: '5500' }

describe('what was sold is counted on the day on which it happened', () => {
  it('an order that is cancelled in another month, and given back in a third', () => {
    expect(days(sold, ['2026-02-02', cancelled(), refundRequested()], ['2026-03-01', refundSucceeded()])).to.deep.equal(
      [
        sumsOf('2026-01-30', 'EUR', january),
        sumsOf('2026-02-02', 'EUR', { cancelled: 1, unitsGivenBack: 3 }),
        sumsOf('2026-03-01', 'EUR', { refunded: '5500' }),
      ],
    )
  })

  it('a refund that failed months after it was made: what was given back is here again', () => {
    expect(
      days(sold, ['2026-02-02', refundRequested(), refundSucceeded()], ['2026-05-01', refundFailed()]),
    ).to.deep.equal([
      sumsOf('2026-01-30', 'EUR', january),
      sumsOf('2026-02-02', 'EUR', { refunded: '5500' }),
      sumsOf('2026-05-01', 'EUR', { refunded: '-5500' }),
    ])
  })

  it('a second charge, given back the day after', () => {
    const of = { refundId: 'duplicate-pp-2', providerPaymentId: 'pp-2' }
    expect(
      days(
        sold,
        ['2026-01-31', payments.duplicateChargeDetected(), refundRequested(of)],
        ['2026-02-01', refundSucceeded({ refundId: of.refundId, providerRefundId: 'pr-2' })],
      ),
    ).to.deep.equal([
      sumsOf('2026-01-30', 'EUR', january),
      sumsOf('2026-01-31', 'EUR', { captured: '5500' }),
      sumsOf('2026-02-01', 'EUR', { refunded: '5500' }),
    ])
  })

  it('another amount than the order costs, in another currency, and given back in that', () => {
    expect(
      days(
        ['2026-01-30', placed()],
        [
          '2026-01-31',
          payments.paymentMismatchDetected(9900, 'USD'),
          refundRequested({ amount: 9900, currency: 'USD' }),
        ],
        ['2026-02-01', refundSucceeded({ amount: 9900, currency: 'USD' })],
      ),
    ).to.deep.equal([
      sumsOf('2026-01-30', 'EUR', { placed: 1 }),
      sumsOf('2026-01-31', 'USD', { captured: '9900' }),
      sumsOf('2026-02-01', 'USD', { refunded: '9900' }),
    ])
  })

  it('a dispute that is lost, and won after all', () => {
    expect(days(sold, ['2026-02-01', payments.disputeLost()], ['2026-04-01', payments.disputeWon()])).to.deep.equal([
      sumsOf('2026-01-30', 'EUR', january),
      sumsOf('2026-02-01', 'EUR', { chargedBack: '5500' }),
      sumsOf('2026-04-01', 'EUR', { chargedBack: '-5500' }),
    ])
  })

  it('a refund made elsewhere, which turns out to be one of ours: it is counted once', () => {
    expect(
      days(
        sold,
        ['2026-02-01', payments.externalRefundRecorded({ amount: 5500 }), refundRequested()],
        ['2026-02-02', refundSucceeded({ providerRefundId: 'pr-9' })],
      ),
    ).to.deep.equal([sumsOf('2026-01-30', 'EUR', january), sumsOf('2026-02-01', 'EUR', { refunded: '5500' })])
  })

  it('a refund made elsewhere and told of in another currency, which is one of ours: it moves', () => {
    expect(
      days(
        sold,
        ['2026-02-01', payments.externalRefundRecorded({ amount: 5500, currency: 'USD' }), refundRequested()],
        ['2026-02-02', refundSucceeded({ providerRefundId: 'pr-9' })],
      ),
    ).to.deep.equal([
      sumsOf('2026-01-30', 'EUR', january),
      sumsOf('2026-02-01', 'USD', { refunded: '5500' }),
      sumsOf('2026-02-02', 'EUR', { refunded: '5500' }),
      sumsOf('2026-02-02', 'USD', { refunded: '-5500' }),
    ])
  })

  it('by the days of UTC: the last millisecond of one, and the first of the next', () => {
    expect(
      days(['2026-01-30T23:59:59.999Z', placed()], ['2026-01-31T00:00:00.000Z', confirmed()]).map(({ day }) => day),
    ).to.deep.equal(['2026-01-30', '2026-01-31'])
  })

  it('whatever happens in whatever order: all days together are what the orders stand at', () => {
    const events = [
      ...Object.values(oneOfEach),
      confirmed(),
      refundRequested({ attempt: 2 }),
      refundSucceeded({ attempt: 2 }),
      payments.externalRefundRecorded({ providerRefundId: 'pr-1' }),
      payments.paymentMismatchDetected(1, 'USD'),
      refundRequested({ refundId: 'r', lines: [{ sku: 'CUP', quantity: 2, ordered: 2 }] }),
      refundSucceeded({ refundId: 'r' }),
    ]
    const of = [orders.orderId, orders.otherOrderId].map((orderId) => [
      placed({ orderId }),
      ...events.map((event) => ('orderId' in event ? { ...event, orderId } : event)),
    ])
    const anyDay = fc.integer({ min: 1, max: 9 }).map((date) => `2026-01-0${date}`)
    const anyEvent = fc.constantFrom(...of.flat())
    fc.assert(
      fc.property(
        fc.array(fc.tuple(anyDay, anyEvent), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 20 }),
        (happened, batch) => {
          const rows = salesOf([['2026-01-01', placed()], ...happened], batch)
          const totals = new Map<string, Record<string, bigint>>()
          const add = (place: string, name: string, amount: bigint) => {
            const total = totals.get(place) ?? {}
            totals.set(place, total)
            total[name] = (total[name] ?? 0n) + amount
          }
          for (const { key: _key, day, currency, sku, order, ...sums } of rows) {
            if (order !== null)
              for (const counted of countedOf(order, currency))
                for (const [name, amount] of Object.entries(counted.sums))
                  add(`${counted.currency} ${counted.sku}`, name, -BigInt(amount))
            if (day !== null)
              for (const [name, amount] of Object.entries(sums)) add(`${currency} ${sku}`, name, BigInt(amount))
          }
          for (const [place, total] of totals)
            for (const [name, left] of Object.entries(total)) expect(left, `${place} ${name}`).to.equal(0n)
        },
      ),
      { seed: 20260301, numRuns: 200 },
    )
  })
})
