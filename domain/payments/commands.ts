/** What was ordered, as the payment service read it from `order-{id}`. */
export type Payable = {
  readonly amount: number
  readonly currency: string
  readonly method: string
  /** The order was rejected or cancelled by the time it was read. */
  readonly closed: boolean
}

/** What the provider said, as a call's result or by webhook. */
export type ProviderOutcome =
  | {
      readonly kind: 'succeeded'
      readonly providerPaymentId: string
      readonly amount: number
      readonly currency: string
    }
  | { readonly kind: 'failed'; readonly code: string }
  | { readonly kind: 'action_required'; readonly url: string }
  | { readonly kind: 'unknown' }

export type RefundOutcome =
  | { readonly kind: 'succeeded'; readonly providerRefundId: string; readonly providerTime?: string }
  | { readonly kind: 'failed'; readonly code: string; readonly providerTime?: string }

/** What the payment process manager asks for. */
export type RequestPayment = { readonly type: 'RequestPayment'; readonly orderId: string }
export type VoidOrRefund = { readonly type: 'VoidOrRefund'; readonly orderId: string; readonly reason: string }
export type RecordProviderOutcome = {
  readonly type: 'RecordProviderOutcome'
  readonly orderId: string
  readonly outcome:
    | { readonly of: 'payment'; readonly paymentId: string; readonly outcome: ProviderOutcome }
    | { readonly of: 'refund'; readonly refundId: string; readonly attempt: number; readonly outcome: RefundOutcome }
}
/** The provider told of money without saying whose or how much. That is never guessed: an operator has to look. */
export type ReportIncompleteOutcome = {
  readonly type: 'ReportIncompleteOutcome'
  readonly provider: string
  readonly providerEventId: string
  readonly kind: string
}
export type PaymentProcessCommand = RequestPayment | VoidOrRefund | RecordProviderOutcome | ReportIncompleteOutcome

/** What is decided on `payment-{orderId}`. */
export type PaymentCommand =
  | (RequestPayment & { readonly paymentId: string; readonly order: Payable })
  | {
      readonly type: 'RecordPaymentOutcome'
      readonly orderId: string
      readonly paymentId: string
      readonly outcome: ProviderOutcome
    }
  | VoidOrRefund
  | {
      readonly type: 'RefundPayment'
      readonly orderId: string
      readonly refundId: string
      readonly amount: number
      readonly currency: string
      readonly reason: string
    }
  | { readonly type: 'RetryRefund'; readonly orderId: string; readonly refundId: string }
  | { readonly type: 'SettleRefund'; readonly orderId: string; readonly refundId: string; readonly note: string }
  | {
      readonly type: 'RecordRefundOutcome'
      readonly orderId: string
      readonly refundId: string
      readonly attempt: number
      readonly outcome: RefundOutcome
    }
