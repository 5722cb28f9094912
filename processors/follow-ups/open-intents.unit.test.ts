import type { Template } from '../../domain/notifications/events.ts'
import { paymentIdOf, uuidv5 } from '../../domain/shared/ids.ts'
import { oneOfEach } from '../../test/specifications/every-event.ts'
import {
  key,
  notificationFailed,
  notificationRequested,
  notificationSent,
  owedFor,
} from '../../test/specifications/notification-events.ts'
import {
  cancelled,
  confirmed,
  delayed,
  orderId,
  outOfStock,
  placed,
  shipped,
} from '../../test/specifications/order-events.ts'
import {
  disputeLost,
  disputeOpened,
  disputeWon,
  externalRefundFailed,
  externalRefundRecorded,
  paymentActionRequired,
  paymentFailed,
  paymentMismatchDetected,
  paymentOutcomeUnknown,
  paymentRequested,
  paymentSucceeded,
  paymentVoided,
  refundFailed,
  refundRequested,
  refundSucceeded,
} from '../../test/specifications/payment-events.ts'
import { specificationOf, timeOf } from '../../test/specifications/projection.ts'
import { openIntents, type OpenIntent } from './open-intents.ts'

describe('the open intents', () => {
  const { given, everyEventHasALine } = specificationOf(openIntents)
  const row = (kind: OpenIntent['kind'], itsKey: string, n: number): OpenIntent => ({
    id: `${kind} ${itsKey}`,
    kind,
    key: itsKey,
    orderId,
    since: timeOf(n),
    eventId: uuidv5(`event ${n}`),
    traceparent: null,
  })
  const payment = `payment ${paymentIdOf(orderId)}`
  /** The mail that the nth event of a line calls for, and what came of it. */
  const mail = (template: Template, n: number) => owedFor(template, uuidv5(`event ${n}`))
  const sent = (template: Template, n: number) => notificationSent(mail(template, n))
  const isOwed = (template: Template, n: number) =>
    [
      `notification ${mail(template, n).key}`,
      row('notification', mail(template, n).key, n),
      `${template}, a message`,
    ] as const

  given(paymentRequested()).thenRow(payment, row('payment', paymentIdOf(orderId), 0), 'a charge')
  given(paymentRequested(), paymentSucceeded()).thenNoRows()
  given(paymentRequested(), paymentFailed()).thenNoRows()
  given(paymentRequested(), paymentMismatchDetected(), sent('operator_payment_mismatch', 1)).thenNoRows()
  given(paymentRequested(), paymentActionRequired(), sent('confirm_payment', 1)).thenRow(
    payment,
    row('payment', paymentIdOf(orderId), 0),
    'still a charge',
  )
  given(paymentRequested(), paymentOutcomeUnknown()).changesNothing()
  given(paymentRequested(), paymentVoided()).thenRow(
    payment,
    row('payment', paymentIdOf(orderId), 1),
    'to be cancelled, from now on',
  )
  given(paymentRequested(), paymentVoided(), paymentFailed('cancelled')).thenNoRows()
  given(paymentVoided()).thenNoRows()
  given(paymentRequested(), paymentFailed(), paymentVoided()).thenNoRows()

  given(refundRequested()).thenRow(`refund ${orderId}/full/1`, row('refund', `${orderId}/full/1`, 0), 'a refund')
  given(refundRequested(), refundSucceeded(), sent('refunded', 1)).thenNoRows()
  given(refundRequested(), refundFailed(), sent('operator_refund_failed', 1)).thenNoRows()
  given(refundRequested(), refundFailed(), refundRequested({ attempt: 2 })).thenRow(
    `refund ${orderId}/full/2`,
    row('refund', `${orderId}/full/2`, 2),
    'another attempt',
  )
  given(
    refundRequested(),
    refundFailed(),
    refundRequested({ attempt: 2 }),
    refundFailed({ code: 'late news of the first' }),
  ).thenRow(`refund ${orderId}/full/2`, row('refund', `${orderId}/full/2`, 2), 'another attempt, as before')

  given(placed()).thenRow(...isOwed('received', 0))
  given(paymentActionRequired()).thenRow(...isOwed('confirm_payment', 0))
  given(placed(), confirmed()).thenRow(...isOwed('confirmed', 1))
  given(delayed()).thenRow(...isOwed('delayed', 0))
  given(outOfStock()).thenRow(...isOwed('rejected', 0))
  given(cancelled()).thenRow(...isOwed('cancelled', 0))
  given(shipped()).thenRow(...isOwed('shipped', 0))
  given(refundSucceeded()).thenRow(...isOwed('refunded', 0))
  given(refundFailed()).thenRow(...isOwed('operator_refund_failed', 0))
  given(paymentMismatchDetected()).thenRow(...isOwed('operator_payment_mismatch', 0))
  given(externalRefundRecorded()).thenRow(...isOwed('operator_external_refund', 0))
  given(externalRefundFailed()).thenRow(...isOwed('operator_external_refund', 0))
  given(disputeOpened()).thenRow(...isOwed('operator_dispute', 0))
  given(disputeOpened(), disputeLost()).thenRow(...isOwed('operator_dispute', 1))
  given(disputeOpened(), disputeWon()).thenRow(...isOwed('operator_dispute', 1))
  given(placed(), sent('received', 0)).thenNoRows()
  given(placed(), confirmed(), sent('received', 0)).thenRow(...isOwed('confirmed', 1))
  given(placed(), notificationFailed(mail('received', 0))).thenNoRows()

  given(notificationRequested()).thenRow(
    `notification ${key}`,
    row('notification', key, 0),
    'a message that was asked for',
  )
  given(notificationRequested(), notificationSent()).thenNoRows()
  given(notificationRequested(), notificationFailed()).thenNoRows()
  const sms = {
    ...mail('received', 0),
    key: mail('received', 0).key.replace(':email', ':sms'),
    channel: 'sms',
  } as const
  const instead = { ...notificationRequested(sms), insteadOf: 'email' } as const
  given(placed(), notificationRequested(sms)).thenRow(...isOwed('received', 0))
  given(placed(), instead).thenRow(`notification ${sms.key}`, row('notification', sms.key, 1), 'an SMS')
  given(placed(), instead, notificationSent(sms)).thenNoRows()
  given(placed(), notificationRequested(mail('received', 0))).thenRow(...isOwed('received', 0))
  given(placed(), notificationRequested(mail('received', 0)), sent('received', 0)).thenNoRows()

  const {
    PaymentRequested: _1,
    PaymentSucceeded: _2,
    PaymentFailed: _3,
    PaymentMismatchDetected: _4,
    PaymentActionRequired: _5,
    PaymentOutcomeUnknown: _6,
    PaymentVoided: _7,
    RefundRequested: _8,
    RefundSucceeded: _9,
    RefundFailed: _10,
    NotificationRequested: _11,
    NotificationSent: _12,
    NotificationFailed: _13,
    OrderPlaced: _14,
    OrderConfirmed: _15,
    OrderRejected: _16,
    OrderCancelled: _17,
    OrderShipped: _18,
    ExternalRefundRecorded: _19,
    ExternalRefundFailed: _20,
    DisputeOpened: _21,
    DisputeLost: _22,
    DisputeWon: _23,
    OrderDelayed: _24,
    ...others
  } = oneOfEach
  for (const event of Object.values(others)) given(paymentRequested(), event).changesNothing()
  everyEventHasALine()
})
