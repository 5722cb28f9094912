import type { ShopEvent } from '../registry.ts'
import { notificationKeyOf } from '../shared/ids.ts'
import type { Cause, ProcessManager } from '../shared/process-manager.ts'
import type { RequestNotification } from './commands.ts'
import type { Template } from './events.ts'

/** By e-mail only: every order has an address, a telephone number is optional and stands in the order, which is not looked at here. */
const mail =
  (template: Template) =>
  ({ orderId }: { readonly orderId: string }, { eventId }: Cause): readonly RequestNotification[] => [
    {
      type: 'RequestNotification',
      orderId,
      key: notificationKeyOf(template, eventId, 'email'),
      template,
      channel: 'email',
      causedBy: eventId,
    },
  ]

/** Who is told what: the customer, and the operators where a person has to decide. */
export const notificationProcess: ProcessManager<ShopEvent, RequestNotification> = {
  group: 'notification',
  on: {
    OrderPlaced: mail('received'),
    PaymentActionRequired: mail('confirm_payment'),
    OrderConfirmed: mail('confirmed'),
    OrderRejected: mail('rejected'),
    OrderCancelled: mail('cancelled'),
    OrderShipped: mail('shipped'),
    RefundSucceeded: mail('refunded'),
    RefundFailed: mail('operator_refund_failed'),
    PaymentMismatchDetected: mail('operator_payment_mismatch'),
  },
}
