import type { PaymentEvent } from '../../../domain/payments/events.ts'

/** An event in one line, with what of it a row is about. Minor units. `nameOf`: what a case calls one of its refunds. */
export const lineOfEvent = (event: PaymentEvent, nameOf: (refundId: string) => string): string => {
  const { type } = event
  switch (type) {
    case 'PaymentRequested':
    case 'PaymentSucceeded':
    case 'DuplicateChargeDetected':
    case 'DisputeOpened':
    case 'DisputeLost':
    case 'DisputeWon':
    case 'ExternalRefundRecorded':
      return `${type} ${event.amount}`
    case 'PaymentMismatchDetected':
      return `${type} ${event.captured}`
    case 'PaymentFailed':
      return `${type} ${event.code}`
    case 'PaymentVoided':
      return `${type} ${event.reason}`
    case 'PaymentActionRequired':
    case 'PaymentOutcomeUnknown':
      return type
    case 'RefundRequested':
    case 'RefundSucceeded':
      return `${type} ${nameOf(event.refundId)}/${event.attempt} ${event.amount}`
    case 'RefundFailed':
      return `${type} ${nameOf(event.refundId)}/${event.attempt} ${event.code}`
    case 'RefundSettledManually':
    case 'RefundWithdrawn':
      return `${type} ${nameOf(event.refundId)}`
    case 'ExternalRefundFailed':
      return `${type} ${event.amount} ${event.code}`
  }
}
