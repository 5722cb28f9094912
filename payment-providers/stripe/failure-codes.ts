/** What Stripe says about a charge that was declined, in an error or in a payment's `last_payment_error`. */
export type Decline = {
  readonly code?: string | undefined
  readonly decline_code?: string | undefined
  readonly advice_code?: string | undefined
}

// docs.stripe.com/declines/codes and /error-codes. What is not here is `card_declined`: also a card that is lost, stolen or held for
// fraudulent, which the one who holds it must not be told.
const codes: Readonly<Record<string, string>> = {
  insufficient_funds: 'insufficient_funds',
  card_velocity_exceeded: 'card_limit_exceeded',
  withdrawal_count_limit_exceeded: 'card_limit_exceeded',
  expired_card: 'expired_card',
  incorrect_cvc: 'card_details_wrong',
  invalid_cvc: 'card_details_wrong',
  incorrect_number: 'card_details_wrong',
  invalid_number: 'card_details_wrong',
  invalid_expiry_month: 'card_details_wrong',
  invalid_expiry_year: 'card_details_wrong',
  incorrect_zip: 'card_details_wrong',
  incorrect_address: 'card_details_wrong',
  authentication_required: 'authentication_failed',
  payment_intent_authentication_failure: 'authentication_failed',
  processing_error: 'try_again_later',
  issuer_not_available: 'try_again_later',
  reenter_transaction: 'try_again_later',
  try_again_later: 'try_again_later',
}
const advice: Readonly<Record<string, string>> = {
  try_again_later: 'try_again_later',
  confirm_card_data: 'card_details_wrong',
}
const neverTold = new Set(['lost_card', 'stolen_card', 'pickup_card', 'fraudulent', 'merchant_blacklist'])

const among = (known: Readonly<Record<string, string>>, name: string | undefined): string | undefined =>
  name !== undefined && Object.hasOwn(known, name) ? known[name] : undefined

/** Our own word for a decline, which stays when Stripe finds another. Never anything of Stripe's message. */
export const declineCode = ({ code, decline_code: declined, advice_code: advised }: Decline): string =>
  neverTold.has(declined ?? '')
    ? 'card_declined'
    : (among(codes, declined) ?? among(codes, code) ?? among(advice, advised) ?? 'card_declined')

/** Refusals of a request that say something about this one payment; any other is about how we ask, and needs a person. */
const refusals: Readonly<Record<string, string>> = {
  amount_too_small: 'amount_too_small',
  amount_too_large: 'amount_too_large',
  resource_missing: 'payment_method_unknown',
  payment_method_invalid_parameter: 'payment_method_unknown',
  payment_method_unactivated: 'payment_method_unknown',
}

/** Undefined for a refusal that nobody foresaw. */
export const chargeRefusalCode = (code: string | undefined): string | undefined => among(refusals, code)

const refundRefusals: Readonly<Record<string, string>> = {
  charge_already_refunded: 'refund_exceeds_payment',
  amount_too_large: 'refund_exceeds_payment',
  charge_disputed: 'charge_disputed',
  refund_disputed_payment: 'charge_disputed',
  charge_not_refundable: 'not_refundable',
  resource_missing: 'unknown_payment',
  // docs.stripe.com/error-codes.
  balance_insufficient: 'balance_too_low',
  // Named as `message_code` and without a code: github.com/Automattic/woocommerce-payments/issues/10025 has such an answer.
  insufficient_balance_for_refund: 'balance_too_low',
}

/** What Stripe says about a refund that it refuses. */
export type RefundRefusal = {
  readonly code?: string | undefined
  /** Beside a code, or in its place; the package's types do not know it. */
  readonly messageCode?: string | undefined
  readonly parameter?: string | undefined
}

/**
 * By the code, where there is one. What asks for more than is left has none in some of Stripe's answers: there the refused parameter is
 * the amount, and an amount that is positive and in the payment's currency can be wrong in no other way.
 */
export const refundRefusalCode = ({ code, messageCode, parameter }: RefundRefusal): string | undefined =>
  among(refundRefusals, code) ??
  among(refundRefusals, messageCode) ??
  (parameter === 'amount' ? 'refund_exceeds_payment' : undefined)

const refundFailures: Readonly<Record<string, string>> = {
  lost_or_stolen_card: 'card_lost_or_stolen',
  expired_or_canceled_card: 'expired_card',
  charge_for_pending_refund_disputed: 'charge_disputed',
  insufficient_funds: 'balance_too_low',
  declined: 'refund_declined',
  merchant_request: 'refund_cancelled',
}

const failedForAnyReason = 'refund_failed'

/** Of a refund that was accepted and came to nothing. For operators; customers are not told it. */
export const refundFailureCode = (reason: string | null | undefined): string =>
  among(refundFailures, reason ?? undefined) ?? failedForAnyReason

/** All that Stripe's own words become where a refund fails. */
export const refundCodes: ReadonlySet<string> = new Set([
  ...Object.values(refundRefusals),
  ...Object.values(refundFailures),
  failedForAnyReason,
])
