import { paymentIdOf, uuidv5 } from '../../domain/shared/ids.ts'
import { oneOfEach } from '../../test/specifications/every-event.ts'
import { key, notificationFailed, notificationRequested, notificationSent } from '../../test/specifications/notification-events.ts'
import { orderId } from '../../test/specifications/order-events.ts'
import {
  paymentActionRequired, paymentFailed, paymentMismatchDetected, paymentOutcomeUnknown, paymentRequested, paymentSucceeded, paymentVoided,
  refundFailed, refundRequested, refundSucceeded,
} from '../../test/specifications/payment-events.ts'
import { specificationOf, timeOf } from '../../test/specifications/projection.ts'
import { openIntents, type OpenIntent } from './open-intents.ts'

describe('the open intents', () => {
  const { given, everyEventHasALine } = specificationOf(openIntents)
  const row = (kind: OpenIntent['kind'], itsKey: string, n: number): OpenIntent =>
    ({ id: `${kind} ${itsKey}`, kind, key: itsKey, orderId, since: timeOf(n), eventId: uuidv5(`event ${n}`) })
  const payment = `payment ${paymentIdOf(orderId)}`

  given(paymentRequested()).thenRow(payment, row('payment', paymentIdOf(orderId), 0), 'a charge')
  given(paymentRequested(), paymentSucceeded()).thenNoRows()
  given(paymentRequested(), paymentFailed()).thenNoRows()
  given(paymentRequested(), paymentMismatchDetected()).thenNoRows()
  given(paymentRequested(), paymentActionRequired()).changesNothing()
  given(paymentRequested(), paymentOutcomeUnknown()).changesNothing()
  given(paymentRequested(), paymentVoided()).thenRow(payment, row('payment', paymentIdOf(orderId), 1), 'to be called off, from now on')
  given(paymentRequested(), paymentVoided(), paymentFailed('cancelled')).thenNoRows()
  given(paymentVoided()).thenNoRows()
  given(paymentRequested(), paymentFailed(), paymentVoided()).thenNoRows()

  given(refundRequested()).thenRow(`refund ${orderId}/full/1`, row('refund', `${orderId}/full/1`, 0), 'a refund')
  given(refundRequested(), refundSucceeded()).thenNoRows()
  given(refundRequested(), refundFailed()).thenNoRows()
  given(refundRequested(), refundFailed(), refundRequested({ attempt: 2 }))
    .thenRow(`refund ${orderId}/full/2`, row('refund', `${orderId}/full/2`, 2), 'another attempt')
  given(refundRequested(), refundFailed(), refundRequested({ attempt: 2 }), refundFailed({ code: 'late news of the first' })).changesNothing()

  given(notificationRequested()).thenRow(`notification ${key}`, row('notification', key, 0), 'a message')
  given(notificationRequested(), notificationSent()).thenNoRows()
  given(notificationRequested(), notificationFailed()).thenNoRows()

  const {
    PaymentRequested: _1, PaymentSucceeded: _2, PaymentFailed: _3, PaymentMismatchDetected: _4, PaymentActionRequired: _5, PaymentOutcomeUnknown: _6,
    PaymentVoided: _7, RefundRequested: _8, RefundSucceeded: _9, RefundFailed: _10, NotificationRequested: _11, NotificationSent: _12,
    NotificationFailed: _13, ...others
  } = oneOfEach
  for (const event of Object.values(others)) given(paymentRequested(), event).changesNothing()
  everyEventHasALine()
})
