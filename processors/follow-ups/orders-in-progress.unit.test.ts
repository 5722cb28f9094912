import { uuidv5 } from '../../domain/shared/ids.ts'
import { oneOfEach } from '../../test/specifications/every-event.ts'
import { cancelled, confirmed, notPaid, orderId, outOfStock, placed } from '../../test/specifications/order-events.ts'
import { specificationOf, timeOf } from '../../test/specifications/projection.ts'
import { ordersInProgress, type OrderInProgress } from './orders-in-progress.ts'

describe('the orders in progress', () => {
  const { given, everyEventHasALine } = specificationOf(ordersInProgress)
  const row: OrderInProgress = {
    orderId, placedAt: timeOf(0), eventId: uuidv5('event 0'), reservation: 'none', payment: 'none', actionRequired: false,
  }
  const one = oneOfEach

  given(placed()).thenRow(orderId, row)
  given(placed(), confirmed()).thenNoRows()
  given(placed(), outOfStock()).thenNoRows()
  given(placed(), notPaid()).thenNoRows()
  given(placed(), cancelled()).thenNoRows()
  given(placed(), cancelled('expired')).thenNoRows()
  given(placed(), cancelled(), one.PaymentVoided).thenNoRows()
  given(one.InventoryReserved).thenNoRows()

  given(placed(), one.ReservationStarted).thenRow(orderId, { ...row, reservation: 'started' })
  given(placed(), one.InventoryReserved).thenRow(orderId, { ...row, reservation: 'reserved' })
  given(placed(), one.InventoryReservationFailed).thenRow(orderId, { ...row, reservation: 'failed' })
  given(placed(), one.InventoryReleased).thenRow(orderId, { ...row, reservation: 'released' })
  given(placed(), one.PaymentRequested).thenRow(orderId, { ...row, payment: 'requested' })
  given(placed(), one.PaymentActionRequired).thenRow(orderId, { ...row, payment: 'action_required', actionRequired: true })
  given(placed(), one.PaymentActionRequired, one.PaymentOutcomeUnknown)
    .thenRow(orderId, { ...row, payment: 'unknown', actionRequired: true }, 'still given more time')
  given(placed(), one.PaymentSucceeded).thenRow(orderId, { ...row, payment: 'succeeded' })
  given(placed(), one.PaymentFailed).thenRow(orderId, { ...row, payment: 'failed' })
  given(placed(), one.PaymentOutcomeUnknown).thenRow(orderId, { ...row, payment: 'unknown' })
  given(placed(), one.PaymentVoided).thenRow(orderId, { ...row, payment: 'voided' })
  given(placed(), one.PaymentMismatchDetected).thenRow(orderId, { ...row, payment: 'mismatch' })

  const {
    OrderPlaced: _1, OrderConfirmed: _2, OrderRejected: _3, OrderCancelled: _4, ReservationStarted: _5, InventoryReserved: _6,
    InventoryReservationFailed: _7, InventoryReleased: _8, PaymentRequested: _9, PaymentActionRequired: _10, PaymentSucceeded: _11,
    PaymentFailed: _12, PaymentOutcomeUnknown: _13, PaymentVoided: _14, PaymentMismatchDetected: _15, ...others
  } = oneOfEach
  for (const event of Object.values(others)) given(placed(), event).changesNothing()
  everyEventHasALine()
})
