import type { StripeErrorBody } from './objects.ts'

export type Card =
  | { readonly does: 'pays'; readonly refunds: 'at_once' | 'pending' | 'failing' }
  | { readonly does: 'declines'; readonly error: StripeErrorBody }
  | { readonly does: 'asks_to_authenticate' }

const declined = (code: string, declineCode?: string): Card => ({
  does: 'declines',
  error: {
    type: 'card_error',
    code,
    ...(declineCode === undefined ? {} : { decline_code: declineCode }),
    message: 'Your card was declined, and this sentence must not leave the adapter.',
  },
})

/**
 * Test cards and what they do: docs.stripe.com/testing, "Successful payments by brand", "Declined payments", "Refunds" and
 * "3D Secure authentication", by their payment method names.
 */
const cards: Readonly<Record<string, Card>> = {
  pm_card_visa: { does: 'pays', refunds: 'at_once' },
  pm_card_pendingRefund: { does: 'pays', refunds: 'pending' },
  pm_card_refundFail: { does: 'pays', refunds: 'failing' },
  pm_card_authenticationRequired: { does: 'asks_to_authenticate' },
  pm_card_visa_chargeDeclined: declined('card_declined', 'generic_decline'),
  pm_card_visa_chargeDeclinedInsufficientFunds: declined('card_declined', 'insufficient_funds'),
  pm_card_visa_chargeDeclinedLostCard: declined('card_declined', 'lost_card'),
  pm_card_visa_chargeDeclinedVelocityLimitExceeded: declined('card_declined', 'card_velocity_exceeded'),
  pm_card_chargeDeclinedExpiredCard: declined('expired_card'),
  pm_card_chargeDeclinedIncorrectCvc: declined('incorrect_cvc'),
  pm_card_chargeDeclinedProcessingError: declined('processing_error'),
}

export const cardOf = (paymentMethod: string): Card | undefined =>
  Object.hasOwn(cards, paymentMethod) ? cards[paymentMethod] : undefined
