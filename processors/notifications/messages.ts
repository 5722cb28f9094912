import type { Template } from '../../domain/notifications/events.ts'
import type { OrderEvent } from '../../domain/orders/events.ts'
import type { PaymentEvent } from '../../domain/payments/events.ts'
import { formatMoney } from '../../domain/shared/money.ts'

/** What a message is made from: the order as it was placed, and the event that called for the message. */
export type MessageFacts = {
  readonly placed: Extract<OrderEvent, { readonly type: 'OrderPlaced' }>
  readonly cause: OrderEvent | PaymentEvent
}

export type Message = { readonly subject: string; readonly text: string }

/** The cause is not what this template speaks of: the intent and its event do not belong together. */
const mismatch = (template: Template, { cause }: MessageFacts): never => {
  throw new Error(`${template} cannot be written about ${cause.type}`)
}

const listOf = ({ lines, currency, total }: MessageFacts['placed']): string =>
  [
    ...lines.map(
      ({ quantity, name, unitPrice }) =>
        `  ${quantity} × ${name}  ${formatMoney({ amount: quantity * unitPrice, currency })}`,
    ),
    `  Total  ${formatMoney({ amount: total, currency })}`,
  ].join('\n')

const rejection = (cause: Extract<OrderEvent, { readonly type: 'OrderRejected' }>): string => {
  switch (cause.reason) {
    case 'out_of_stock': {
      const short = (cause.shortages ?? []).map(
        ({ sku, wanted, available }) => `  ${sku}: ${wanted} ordered, ${available} available`,
      )
      return ['We do not have everything you ordered in stock.', ...short].join('\n')
    }
    case 'payment_failed':
      return 'Your payment did not go through. Nothing has been charged.'
  }
}

const cancellation = (cause: Extract<OrderEvent, { readonly type: 'OrderCancelled' }>): string => {
  switch (cause.reason) {
    case 'customer':
      return 'As you asked, we have cancelled your order.'
    case 'operator':
      return 'We had to cancel your order.'
    case 'expired':
      return 'We have cancelled your order, because it was not paid in time.'
  }
}

const externalRefund = (facts: MessageFacts): Message => {
  const { cause, placed } = facts
  switch (cause.type) {
    case 'ExternalRefundRecorded':
      return {
        subject: `Refund made elsewhere: order ${placed.number}`,
        text:
          `The provider has given back ${formatMoney(cause)} of order ${placed.orderId} (refund ${cause.providerRefundId}), ` +
          'which nobody here had asked for. It counts in what is left to give back. If the order is not to be sent, cancel it.',
      }
    case 'ExternalRefundFailed':
      return {
        subject: `Refund made elsewhere has failed: order ${placed.number}`,
        text:
          `The refund ${cause.providerRefundId} of ${formatMoney(cause)}, made without us for order ${placed.orderId}, has failed: ${cause.code}. ` +
          'Its money is here. If the customer is to have it, refund it through the shop.',
      }
    default:
      return mismatch('operator_external_refund', facts)
  }
}

const dispute = (facts: MessageFacts): Message => {
  const { cause, placed } = facts
  switch (cause.type) {
    case 'DisputeOpened':
      return {
        subject: `Payment disputed: order ${placed.number}`,
        text:
          `The customer disputes ${formatMoney(cause)} of order ${placed.orderId} (dispute ${cause.providerDisputeId}). ` +
          'Answer it at the provider. The order is not shipped meanwhile, if it has not been.',
      }
    case 'DisputeLost':
      return {
        subject: `Dispute lost: order ${placed.number}`,
        text:
          `${formatMoney(cause)} of order ${placed.orderId} has gone back to the customer (dispute ${cause.providerDisputeId}). ` +
          'It counts as given back. The order is not shipped, if it has not been: cancel it.',
      }
    case 'DisputeWon':
      return {
        subject: `Dispute won: order ${placed.number}`,
        text:
          `${formatMoney(cause)} of order ${placed.orderId} stay with us (dispute ${cause.providerDisputeId}). ` +
          'Unless another dispute is open, the order can be shipped. If it is cancelled, see that it keeps nothing.',
      }
    default:
      return mismatch('operator_dispute', facts)
  }
}

const write: { readonly [T in Template]: (facts: MessageFacts) => Message } = {
  received: ({ placed }) => ({
    subject: `We have received your order ${placed.number}`,
    text: `Thank you for your order.\n\n${listOf(placed)}\n\nWe will write again once it is confirmed.`,
  }),
  confirm_payment: (facts) =>
    facts.cause.type === 'PaymentActionRequired'
      ? {
          subject: `Please confirm the payment of your order ${facts.placed.number}`,
          text: `Your bank asks you to confirm the payment here:\n\n  ${facts.cause.url}`,
        }
      : mismatch('confirm_payment', facts),
  confirmed: ({ placed }) => ({
    subject: `Your order ${placed.number} is confirmed`,
    text: `Your order is paid and on its way to our warehouse.\n\n${listOf(placed)}`,
  }),
  rejected: (facts) =>
    facts.cause.type === 'OrderRejected'
      ? { subject: `We cannot fulfil your order ${facts.placed.number}`, text: rejection(facts.cause) }
      : mismatch('rejected', facts),
  cancelled: (facts) =>
    facts.cause.type === 'OrderCancelled'
      ? {
          subject: `Your order ${facts.placed.number} is cancelled`,
          text: `${cancellation(facts.cause)}\n\nWhat you have paid, if anything, is given back.`,
        }
      : mismatch('cancelled', facts),
  shipped: (facts) =>
    facts.cause.type === 'OrderShipped'
      ? {
          subject: `Your order ${facts.placed.number} has been shipped`,
          text: `${facts.cause.carrier} brings it to you. Tracking number: ${facts.cause.trackingNumber}`,
        }
      : mismatch('shipped', facts),
  refunded: (facts) =>
    facts.cause.type === 'RefundSucceeded'
      ? {
          subject: `Money back for your order ${facts.placed.number}`,
          text: `We have given back ${formatMoney(facts.cause)}. It can take some days to reach your account.`,
        }
      : mismatch('refunded', facts),
  operator_refund_failed: (facts) =>
    facts.cause.type === 'RefundFailed'
      ? {
          subject: `Refund failed: order ${facts.placed.number}`,
          text:
            `Refund ${facts.cause.refundId}, attempt ${facts.cause.attempt}, of order ${facts.placed.orderId} failed: ${facts.cause.code}.\n` +
            'It can be tried again, or settled by hand.',
        }
      : mismatch('operator_refund_failed', facts),
  operator_payment_mismatch: (facts) =>
    facts.cause.type === 'PaymentMismatchDetected'
      ? {
          subject: `Payment does not match: order ${facts.placed.number}`,
          text:
            `Order ${facts.placed.orderId} costs ${formatMoney({ amount: facts.placed.total, currency: facts.placed.currency })}, ` +
            `but ${formatMoney({ amount: facts.cause.captured, currency: facts.cause.currency })} was captured ` +
            `(payment ${facts.cause.providerPaymentId}).`,
        }
      : mismatch('operator_payment_mismatch', facts),
  operator_external_refund: externalRefund,
  operator_dispute: dispute,
}

/** The wording of each template, made at the moment of sending and stored nowhere. */
export const messageOf = (template: Template, facts: MessageFacts): Message => {
  const { subject, text } = write[template](facts)
  const greeting = template.startsWith('operator_') ? '' : `Hello ${facts.placed.shipTo.name},\n\n`
  return { subject, text: `${greeting}${text}\n` }
}

/** Some messages are for the shop's own people. */
export const isForOperators = (template: Template): boolean => template.startsWith('operator_')
