import type { ShopEvent } from '../registry.ts'
import { notificationKeyOf } from '../shared/ids.ts'
import type { Cause, ProcessManager } from '../shared/process-manager.ts'
import type { OwedNotification } from './commands.ts'
import type { Template } from './events.ts'

/** By e-mail only: every order has an address, a telephone number is optional and stands in the order, which is not looked at here. */
const mail =
  (template: Template) =>
  ({ orderId }: { readonly orderId: string }, { eventId }: Cause): readonly OwedNotification[] => [
    { orderId, key: notificationKeyOf(template, eventId, 'email'), template, channel: 'email', causedBy: eventId },
  ]

/**
 * Who is owed which message by what has happened: the customer, and the operators where a person has to decide. The event itself is the
 * stored intent, so a line that is added here is owed for every such event there has ever been: let it ask for a version of the event
 * that older ones do not have.
 */
export const notificationProcess: ProcessManager<ShopEvent, OwedNotification> = {
  group: 'notification',
  on: {
    OrderPlaced: mail('received'),
    PaymentActionRequired: mail('confirm_payment'),
    OrderDelayed: mail('delayed'),
    OrderConfirmed: mail('confirmed'),
    OrderRejected: mail('rejected'),
    OrderCancelled: mail('cancelled'),
    OrderShipped: mail('shipped'),
    RefundSucceeded: mail('refunded'),
    RefundFailed: mail('operator_refund_failed'),
    PaymentMismatchDetected: mail('operator_payment_mismatch'),
    ExternalRefundRecorded: mail('operator_external_refund'),
    ExternalRefundFailed: mail('operator_external_refund'),
    DisputeOpened: mail('operator_dispute'),
    DisputeLost: mail('operator_dispute'),
    DisputeWon: mail('operator_dispute'),
  },
}
