/** Minor units. */
export type ListedMoney = { readonly amount: number; readonly currency: string }

export type ListedPayment = {
  readonly providerPaymentId: string
  /** Undefined: another program's, under the same account. */
  readonly owner: { readonly orderId: string; readonly paymentId: string } | undefined
  /** `open`: it may still be captured. */
  readonly status: 'captured' | 'open' | 'failed' | 'cancelled'
  /** What was captured; of one that was not, what was asked for. Undefined: it cannot be expressed here. */
  readonly money: ListedMoney | undefined
  readonly createdAt: Date
}

export type ListedRefund = {
  readonly providerRefundId: string
  readonly providerPaymentId: string
  /** As it is said to be. Undefined: nobody here asked for it, or it does not say. */
  readonly orderId: string | undefined
  /** The attempt of ours that it is said to be. */
  readonly claim: { readonly refundId: string; readonly attempt: number } | undefined
  readonly status: { readonly kind: 'succeeded' | 'pending' } | { readonly kind: 'failed'; readonly code: string }
  readonly money: ListedMoney | undefined
  readonly createdAt: Date
}

/** The customer has their bank ask for the money back. */
export type ListedDispute = {
  readonly providerDisputeId: string
  readonly providerPaymentId: string
  /** Of the payment. Undefined: another program's, under the same account. */
  readonly owner: ListedPayment['owner']
  /** `uncounted`: no money has moved by it, or the provider does not say where it is. */
  readonly status: 'open' | 'lost' | 'won' | 'uncounted'
  readonly money: ListedMoney | undefined
  readonly createdAt: Date
}

/** How many of them one call brings at most. */
export const listedAtOnce = 100

/**
 * What the provider has, newest first, by the time at which it was made: what became of it later does not move it. A page at a time is
 * asked for, when it is needed. Each as it stands when its page is answered.
 * @throws ProviderUnavailable, OutcomeUnknown, also in the middle: what came before it is no less so
 */
export type PaymentListing = {
  payments(since: Date, signal: AbortSignal): AsyncIterable<ListedPayment>
  refunds(since: Date, signal: AbortSignal): AsyncIterable<ListedRefund>
  disputes(since: Date, signal: AbortSignal): AsyncIterable<ListedDispute>
  /** Undefined: the provider has never had it. */
  payment(providerPaymentId: string, signal: AbortSignal): Promise<ListedPayment | undefined>
  refund(providerRefundId: string, signal: AbortSignal): Promise<ListedRefund | undefined>
  dispute(providerDisputeId: string, signal: AbortSignal): Promise<ListedDispute | undefined>
}
