import type { Template } from '../../domain/notifications/events.ts'
import type { OrderEvent } from '../../domain/orders/events.ts'
import type { PaymentEvent } from '../../domain/payments/events.ts'
import type { Language } from '../../domain/shared/language.ts'
import { formatMoney, type Money } from '../../domain/shared/money.ts'
import type { View } from './templates.ts'

/** What a message is made from: the order as it was placed, and the event that called for the message. */
export type MessageFacts = {
  readonly placed: Extract<OrderEvent, { readonly type: 'OrderPlaced' }>
  readonly cause: OrderEvent | PaymentEvent
  /** When the cause happened. */
  readonly at: Date
}

/** How amounts and dates are written. */
type Written = { readonly money: (money: Money) => string; readonly date: string }

const locales = { en: 'en-GB', de: 'de-DE' } as const satisfies Readonly<Record<Language, string>>
const dates = new Map<string, Intl.DateTimeFormat>()

/** `1 March 2026`, `1. März 2026`. */
const dateIn = (language: Language, timeZone: string): Intl.DateTimeFormat => {
  const key = `${language} ${timeZone}`
  const known = dates.get(key) ?? new Intl.DateTimeFormat(locales[language], { dateStyle: 'long', timeZone })
  dates.set(key, known)
  return known
}

/** The cause is not what this template speaks of: the intent and its event do not belong together. */
const mismatch = (template: Template, { cause }: MessageFacts): never => {
  throw new Error(`${template} cannot be written about ${cause.type}`)
}

const listOf = ({ lines, currency, total }: MessageFacts['placed'], { money }: Written): View => ({
  lines: lines.map(({ quantity, name, unitPrice }) => ({
    quantity,
    name,
    amount: money({ amount: quantity * unitPrice, currency }),
  })),
  total: money({ amount: total, currency }),
})

const externalRefund = (facts: MessageFacts, { money }: Written): View => {
  const { cause, placed } = facts
  if (cause.type !== 'ExternalRefundRecorded' && cause.type !== 'ExternalRefundFailed')
    return mismatch('operator_external_refund', facts)
  const failed = cause.type === 'ExternalRefundFailed'
  return {
    orderId: placed.orderId,
    amount: money(cause),
    providerRefundId: cause.providerRefundId,
    code: failed ? cause.code : '',
    failed,
    made: !failed,
  }
}

const dispute = (facts: MessageFacts, { money }: Written): View => {
  const { cause, placed } = facts
  if (cause.type !== 'DisputeOpened' && cause.type !== 'DisputeLost' && cause.type !== 'DisputeWon')
    return mismatch('operator_dispute', facts)
  return {
    orderId: placed.orderId,
    amount: money(cause),
    providerDisputeId: cause.providerDisputeId,
    opened: cause.type === 'DisputeOpened',
    lost: cause.type === 'DisputeLost',
    won: cause.type === 'DisputeWon',
    ofDuplicate: cause.ofDuplicate === true,
  }
}

const views: { readonly [T in Template]: (facts: MessageFacts, written: Written) => View } = {
  received: ({ placed }, written) => listOf(placed, written),
  confirm_payment: (facts) =>
    facts.cause.type === 'PaymentActionRequired'
      ? // A provider could name a script: only what a browser would open is made a link.
        { url: facts.cause.url, isLink: /^https?:\/\//i.test(facts.cause.url) }
      : mismatch('confirm_payment', facts),
  delayed: (facts) => (facts.cause.type === 'OrderDelayed' ? {} : mismatch('delayed', facts)),
  confirmed: ({ placed }, written) => listOf(placed, written),
  rejected: (facts) =>
    facts.cause.type === 'OrderRejected'
      ? { outOfStock: facts.cause.reason === 'out_of_stock', shortages: facts.cause.shortages ?? [] }
      : mismatch('rejected', facts),
  cancelled: (facts) =>
    facts.cause.type === 'OrderCancelled'
      ? {
          byCustomer: facts.cause.reason === 'customer',
          byOperator: facts.cause.reason === 'operator',
          expired: facts.cause.reason === 'expired',
        }
      : mismatch('cancelled', facts),
  shipped: (facts) =>
    facts.cause.type === 'OrderShipped'
      ? { carrier: facts.cause.carrier, trackingNumber: facts.cause.trackingNumber }
      : mismatch('shipped', facts),
  refunded: (facts, { money }) =>
    facts.cause.type === 'RefundSucceeded' ? { amount: money(facts.cause) } : mismatch('refunded', facts),
  operator_refund_failed: (facts) =>
    facts.cause.type === 'RefundFailed'
      ? {
          orderId: facts.placed.orderId,
          refundId: facts.cause.refundId,
          attempt: facts.cause.attempt,
          code: facts.cause.code,
        }
      : mismatch('operator_refund_failed', facts),
  operator_payment_mismatch: (facts, { money }) =>
    facts.cause.type === 'PaymentMismatchDetected'
      ? {
          orderId: facts.placed.orderId,
          total: money({ amount: facts.placed.total, currency: facts.placed.currency }),
          captured: money({ amount: facts.cause.captured, currency: facts.cause.currency }),
          providerPaymentId: facts.cause.providerPaymentId,
        }
      : mismatch('operator_payment_mismatch', facts),
  operator_external_refund: externalRefund,
  operator_dispute: dispute,
}

/** The fields of a template. */
export const viewOf = (template: Template, facts: MessageFacts, language: Language, timeZone: string): View => {
  const date = dateIn(language, timeZone).format(facts.at)
  const money = (given: Money) => formatMoney(given, language)
  const { number, shipTo } = facts.placed
  return { number, name: shipTo.name, date, ...views[template](facts, { money, date }) }
}
