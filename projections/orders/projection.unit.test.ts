import type { RefundStatus } from '../../domain/payments/state.ts'
import type { ShopEvent } from '../../domain/registry.ts'
import * as inventory from '../../test/specifications/inventory-events.ts'
import { oneOfEach } from '../../test/specifications/every-event.ts'
import * as orders from '../../test/specifications/order-events.ts'
import * as payments from '../../test/specifications/payment-events.ts'
import { placeOf, specificationOf, timeOf } from '../../test/specifications/projection.ts'
import { ordersProjection } from './projection.ts'
import type { OrderRow } from './table.ts'

const { orderId, placed, confirmed, shipped, delivered, cancelled, outOfStock, notPaid, latePaymentDetected } = orders
const {
  paymentRequested,
  paymentSucceeded,
  paymentFailed,
  paymentVoided,
  refundRequested,
  refundSucceeded,
  refundFailed,
} = payments

describe('the orders read model', () => {
  const { given, everyEventHasALine } = specificationOf(ordersProjection)

  const placedRow: OrderRow = {
    orderId,
    number: '0123456789',
    customerId: 'alice',
    status: 'placed',
    reason: null,
    delayed: false,
    shortages: null,
    lines: placed().lines,
    skus: ['CUP', 'POT'],
    total: 5500,
    currency: 'EUR',
    paymentStatus: 'none',
    paymentActionUrl: null,
    charge: null,
    duplicateCharges: [],
    attention: [],
    refunded: 0,
    refundedLines: [],
    disputeStatus: null,
    chargedBack: 0,
    providerPaymentId: null,
    refunds: {},
    outside: { refunds: [], disputes: [] },
    fulfilment: 'none',
    revision: 0,
    placedPosition: placeOf(0),
    placedAt: timeOf(0),
    updatedAt: timeOf(0),
  }

  const charge = { amount: 5500, currency: 'EUR' }

  /** The order is placed, then come these; the row is the placed one but for the changes. */
  const after = (...events: readonly [ShopEvent, ...ShopEvent[]]) => ({
    row: (changes: Partial<OrderRow>, remark?: string): void =>
      given(placed(), ...events).thenRow(
        orderId,
        { ...placedRow, updatedAt: timeOf(events.length), ...changes },
        remark ?? Object.values(changes).map(String).join(', '),
      ),
    changesNothing: (): void => given(placed(), ...events).changesNothing(),
  })

  describe('its own stream', () => {
    given(placed()).thenRow(orderId, placedRow)
    given(placed({ lines: [placed().lines[0], placed().lines[0]].filter((line) => line !== undefined) })).thenRow(
      orderId,
      { ...placedRow, lines: [...placed().lines.slice(0, 1), ...placed().lines.slice(0, 1)], skus: ['CUP'] },
      'each SKU once',
    )
    after(confirmed()).row({ status: 'confirmed', revision: 1 })
    after(outOfStock()).row({
      status: 'rejected',
      reason: 'out_of_stock',
      shortages: [{ sku: 'POT', wanted: 1, available: 0 }],
      revision: 1,
    })
    after(notPaid()).row({ status: 'rejected', reason: 'payment_failed', revision: 1 })
    after(cancelled()).row({ status: 'cancelled', reason: 'customer', revision: 1 })
    after(confirmed(), cancelled('operator')).row({ status: 'cancelled', reason: 'operator', revision: 2 })
    after(cancelled('expired'), latePaymentDetected()).row({ status: 'cancelled', reason: 'expired', revision: 2 })
    after(orders.delayed()).row({ delayed: true, revision: 1 })
    after(orders.delayed(), confirmed()).row({ status: 'confirmed', revision: 2 }, 'no longer delayed')
    after(confirmed(), orders.delayed()).row({ status: 'confirmed', revision: 2 }, 'too late to be delayed')
    after(confirmed(), shipped()).row({ status: 'shipped', revision: 2 })
    after(confirmed(), shipped(), delivered()).row({ status: 'delivered', revision: 3 })
    after(cancelled(), confirmed()).row({ status: 'cancelled', reason: 'customer', revision: 2 }, 'the status stays')
    after(shipped()).row({ revision: 1 }, 'the status stays')
    after(confirmed(), orders.shipmentHeld()).row({ status: 'confirmed', revision: 2 })
    after(confirmed(), orders.shipmentHeld(), orders.shipmentReleased()).row({ status: 'confirmed', revision: 3 })
    after(delivered()).row({ revision: 1 }, 'the status stays')
  })

  describe('its reservation', () => {
    after(inventory.reservationStarted()).changesNothing()
    after(inventory.inventoryReserved()).row({ fulfilment: 'reserved' })
    after(inventory.inventoryReservationFailed()).changesNothing()
    after(inventory.inventoryReleased()).row({ fulfilment: 'released' })
    after(inventory.inventoryReserved(), inventory.inventoryReleased()).row({ fulfilment: 'released' })
    after(inventory.inventoryReleased(), inventory.inventoryReserved()).changesNothing()
    after(inventory.inventoryReserved(), inventory.inventoryCommitted()).row({ fulfilment: 'committed' })
    after(inventory.inventoryCommitted()).changesNothing()
  })

  describe('its payment', () => {
    const url = 'http://provider.example/confirm'
    after(paymentRequested()).row({ paymentStatus: 'requested' })
    after(paymentRequested(), payments.paymentActionRequired()).row({
      paymentStatus: 'action_required',
      paymentActionUrl: url,
    })
    after(payments.paymentActionRequired()).changesNothing()
    after(paymentRequested(), payments.paymentOutcomeUnknown()).row({ paymentStatus: 'unknown' })
    after(paymentRequested(), payments.paymentActionRequired(), payments.paymentOutcomeUnknown()).row(
      { paymentStatus: 'unknown', paymentActionUrl: url },
      'the address to confirm stays',
    )
    after(payments.paymentOutcomeUnknown()).changesNothing()
    after(paymentRequested(), payments.paymentActionRequired(), paymentSucceeded()).row(
      { paymentStatus: 'succeeded', providerPaymentId: 'pp-1', charge },
      'the address to confirm is gone',
    )
    after(paymentRequested(), paymentFailed()).row({ paymentStatus: 'failed' })
    after(paymentRequested(), paymentFailed(), paymentSucceeded()).row({
      paymentStatus: 'succeeded',
      providerPaymentId: 'pp-1',
      charge,
    })
    after(paymentVoided()).row({ paymentStatus: 'voided' })
    after(paymentRequested(), paymentVoided()).row({ paymentStatus: 'voided' })
    after(paymentRequested(), paymentVoided(), paymentFailed()).changesNothing()
    after(paymentRequested(), paymentSucceeded(), paymentVoided()).changesNothing()
    after(paymentRequested(), paymentSucceeded(), paymentFailed()).changesNothing()
    after(paymentRequested(), payments.paymentMismatchDetected()).row({
      paymentStatus: 'mismatch',
      providerPaymentId: 'pp-1',
      charge: { amount: 9900, currency: 'EUR' },
      attention: ['payment_mismatch'],
    })
    after(paymentRequested(), paymentSucceeded(), payments.paymentMismatchDetected()).changesNothing()
    const duplicate = { providerPaymentId: 'pp-2', ...charge }
    after(paymentRequested(), paymentSucceeded(), payments.duplicateChargeDetected()).row(
      {
        paymentStatus: 'succeeded',
        providerPaymentId: 'pp-1',
        charge,
        duplicateCharges: [{ ...duplicate, refund: null }],
        attention: ['duplicate_charge'],
      },
      'taken twice',
    )
    after(paymentRequested(), payments.duplicateChargeDetected()).changesNothing()
  })

  describe('what was given back', () => {
    const paid = [paymentRequested(), paymentSucceeded()] as const
    const refund = (status: RefundStatus, attempt = 1, amount = 5500, duplicate = false) => ({
      attempt,
      amount,
      status,
      duplicate,
    })
    const row = { paymentStatus: 'succeeded' as const, providerPaymentId: 'pp-1', charge }

    const failed = { attention: ['refund_failed'] } as const
    after(...paid, refundRequested()).row({ ...row, refunds: { full: refund('requested') } }, 'nothing given back yet')
    after(...paid, refundRequested(), refundSucceeded()).row(
      { ...row, refunds: { full: refund('succeeded') }, refunded: 5500 },
      '55.00',
    )
    after(...paid, refundRequested(), refundFailed()).row(
      { ...row, refunds: { full: refund('failed') }, ...failed },
      'nothing',
    )
    after(...paid, refundRequested(), refundSucceeded(), refundFailed()).row(
      { ...row, refunds: { full: refund('failed') }, ...failed },
      'it failed after all',
    )
    after(...paid, refundRequested(), refundFailed(), refundRequested({ attempt: 2 })).row(
      { ...row, refunds: { full: refund('requested', 2) } },
      'tried again',
    )
    after(
      ...paid,
      refundRequested(),
      refundFailed(),
      refundRequested({ attempt: 2 }),
      refundSucceeded(),
    ).changesNothing()
    after(
      ...paid,
      refundRequested(),
      refundFailed(),
      refundRequested({ attempt: 2 }),
      refundSucceeded({ attempt: 2 }),
    ).row({ ...row, refunds: { full: refund('succeeded', 2) }, refunded: 5500 }, 'the second attempt')
    after(...paid, refundRequested(), refundFailed(), payments.refundSettledManually()).row(
      { ...row, refunds: { full: refund('settled') }, refunded: 5500 },
      'settled by hand',
    )
    after(...paid, refundRequested(), payments.refundSettledManually()).changesNothing()
    after(...paid, refundRequested(), refundFailed(), payments.refundWithdrawn()).row(
      { ...row, refunds: { full: refund('withdrawn') } },
      'it is not owed any more',
    )
    after(...paid, refundRequested(), payments.refundWithdrawn()).changesNothing()
    after(
      ...paid,
      refundRequested({ refundId: 'r-1', amount: 1000 }),
      refundSucceeded({ refundId: 'r-1', amount: 1000 }),
    ).row({ ...row, refunds: { 'r-1': refund('succeeded', 1, 1000) }, refunded: 1000 }, 'in part')
    const ofLines = { refundId: 'r-1', amount: 1250, lines: [{ sku: 'CUP', quantity: 1, ordered: 2 }] }
    const byLine = (status: 'requested' | 'succeeded' | 'failed') => ({
      ...refund(status, 1, 1250),
      lines: ofLines.lines,
    })
    after(...paid, refundRequested(ofLines)).row({ ...row, refunds: { 'r-1': byLine('requested') } }, 'no line yet')
    after(...paid, refundRequested(ofLines), refundSucceeded({ refundId: 'r-1', amount: 1250 })).row(
      {
        ...row,
        refunds: { 'r-1': byLine('succeeded') },
        refunded: 1250,
        refundedLines: [{ sku: 'CUP', quantity: 1 }],
      },
      'one of a line',
    )
    after(
      ...paid,
      refundRequested(ofLines),
      refundSucceeded({ refundId: 'r-1', amount: 1250 }),
      refundFailed({ refundId: 'r-1' }),
    ).row({ ...row, refunds: { 'r-1': byLine('failed') }, ...failed }, 'the line is not given back after all')
    const ofDuplicate = { refundId: 'duplicate-pp-2', providerPaymentId: 'pp-2' }
    after(
      ...paid,
      payments.duplicateChargeDetected(),
      refundRequested(ofDuplicate),
      refundSucceeded({ refundId: 'duplicate-pp-2' }),
    ).row(
      {
        ...row,
        refunds: { 'duplicate-pp-2': refund('succeeded', 1, 5500, true) },
        duplicateCharges: [{ providerPaymentId: 'pp-2', ...charge, refund: 'succeeded' }],
      },
      'a duplicate charge given back does not count',
    )
    after(...paid, refundSucceeded()).changesNothing()
    after(...paid, refundFailed()).changesNothing()
  })

  describe('what moved without us', () => {
    const { externalRefundRecorded, externalRefundFailed, disputeOpened, disputeLost, disputeWon } = payments
    const paid = [paymentRequested(), paymentSucceeded()] as const
    const row = { paymentStatus: 'succeeded' as const, providerPaymentId: 'pp-1', charge }
    const moved = { providerPaymentId: 'pp-1', currency: 'EUR' }
    const refunds = (status: 'succeeded' | 'failed', changes: object = {}) => ({
      outside: { refunds: [{ ...moved, providerRefundId: 'pr-9', amount: 2000, status, ...changes }], disputes: [] },
    })
    const dispute = (status: 'open' | 'lost' | 'won') => ({
      outside: { refunds: [], disputes: [{ ...moved, providerDisputeId: 'dp-1', amount: 5500, status }] },
    })

    after(...paid, externalRefundRecorded()).row({ ...row, ...refunds('succeeded'), refunded: 2000 }, '20.00')
    after(...paid, externalRefundRecorded(), externalRefundFailed()).row(
      { ...row, ...refunds('failed') },
      'nothing: it failed after all',
    )
    after(...paid, externalRefundFailed(), externalRefundRecorded()).changesNothing()
    after(paymentRequested(), externalRefundRecorded(), paymentSucceeded()).row(
      { ...row, ...refunds('succeeded'), refunded: 2000 },
      'told of before the charge',
    )
    after(...paid, externalRefundRecorded({ providerPaymentId: 'pp-2' })).row(
      { ...row, ...refunds('succeeded', { providerPaymentId: 'pp-2' }) },
      'of another charge: does not count',
    )
    after(
      ...paid,
      refundRequested({ amount: 2000 }),
      externalRefundRecorded({ providerRefundId: 'pr-1' }),
      refundSucceeded({ amount: 2000 }),
    ).row(
      {
        ...row,
        refunds: { full: { attempt: 1, amount: 2000, status: 'succeeded', duplicate: false } },
        refunded: 2000,
      },
      'one of ours after all, counted once',
    )
    after(...paid, disputeOpened()).row({
      ...row,
      ...dispute('open'),
      disputeStatus: 'open',
      attention: ['payment_disputed'],
    })
    after(...paid, disputeOpened(), disputeLost()).row({
      ...row,
      ...dispute('lost'),
      disputeStatus: 'lost',
      chargedBack: 5500,
    })
    after(...paid, disputeLost(), disputeWon()).row({ ...row, ...dispute('won'), disputeStatus: 'won' })
    after(...paid, disputeWon(), disputeOpened()).changesNothing()
    after(...paid, disputeWon(), disputeLost()).changesNothing()
  })

  describe('what it does not look at', () => {
    const { StockReceived, StockAdjusted, StockReserved, StockReleased, StockCommitted, PaymentProviderEventReceived } =
      oneOfEach
    const {
      NotificationRequested,
      NotificationSent,
      NotificationFailed,
      ProductAdded,
      ProductRenamed,
      ProductPriceChanged,
      ProductDiscontinued,
      ProductRelisted,
    } = oneOfEach
    for (const event of [
      StockReceived,
      StockAdjusted,
      StockReserved,
      StockReleased,
      StockCommitted,
      PaymentProviderEventReceived,
      NotificationRequested,
      NotificationSent,
      NotificationFailed,
      ProductAdded,
      ProductRenamed,
      ProductPriceChanged,
      ProductDiscontinued,
      ProductRelisted,
    ])
      after(event).changesNothing()
  })

  describe('an order that was never placed', () => {
    const { OrderPlaced: _placed, ...others } = oneOfEach
    for (const event of Object.values(others)) given(event).thenNoRows()
  })

  everyEventHasALine()
})
