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

/** Money of a charge, under the provider's own id of what was done with it. */
export type ProviderRefund = {
  readonly providerRefundId: string
  /** Undefined: the provider did not say, and it is the charge that the order keeps. */
  readonly providerPaymentId: string | undefined
  readonly amount: number
  readonly currency: string
}
export type ProviderDispute = {
  readonly providerDisputeId: string
  readonly providerPaymentId: string
  readonly amount: number
  readonly currency: string
}

/** A refund as the provider tells of it, be it one of ours or not. */
export type ToldRefund = {
  /** Undefined: the provider did not say. */
  readonly paymentId: string | undefined
  /** Which attempt of ours it is said to be. */
  readonly claim: { readonly refundId: string; readonly attempt: number } | undefined
  /** Undefined where not all of it was said: one that is not ours cannot be told from that. */
  readonly refund: ProviderRefund | undefined
  readonly outcome: RefundOutcome & { readonly providerTime: string }
}
export type ToldDispute = {
  readonly paymentId: string | undefined
  readonly dispute: ProviderDispute
  readonly outcome: { readonly kind: 'opened' | 'won' | 'lost'; readonly providerTime: string }
}
export type ToldOutcome =
  | { readonly of: 'payment'; readonly paymentId: string; readonly outcome: ProviderOutcome }
  | ({ readonly of: 'refund' } & ToldRefund)
  | ({ readonly of: 'dispute' } & ToldDispute)

/** What the payment process manager asks for. */
export type RequestPayment = { readonly type: 'RequestPayment'; readonly orderId: string }
export type VoidOrRefund = { readonly type: 'VoidOrRefund'; readonly orderId: string; readonly reason: string }
export type RecordProviderOutcome = {
  readonly type: 'RecordProviderOutcome'
  readonly orderId: string
  readonly outcome: ToldOutcome
}
/** The provider named its own payment and no order: whose it is has to be asked for. */
export type RecordOutcomeOfUnnamedOrder = {
  readonly type: 'RecordOutcomeOfUnnamedOrder'
  readonly providerPaymentId: string
  /** Undefined: it does not say enough. That is of interest only where the payment is an order's. */
  readonly outcome: ToldOutcome | undefined
  /** Where nobody can be asked, or too little was said. */
  readonly otherwise: ReportIncompleteOutcome
}
/** Money has come back to us that had counted as given back: an order that is closed by now does not keep it. */
export type RefundIfClosed = { readonly type: 'RefundIfClosed'; readonly orderId: string; readonly reason: string }
/** The provider told of money without saying whose or how much. That is never guessed: an operator has to look. */
export type ReportIncompleteOutcome = {
  readonly type: 'ReportIncompleteOutcome'
  readonly provider: string
  readonly providerEventId: string
  readonly kind: string
}
export type PaymentProcessCommand =
  | RequestPayment
  | VoidOrRefund
  | RefundIfClosed
  | RecordProviderOutcome
  | RecordOutcomeOfUnnamedOrder
  | ReportIncompleteOutcome

/** Of what was ordered, at the price that was paid for it. Each SKU once; `ordered` 0 for one that the order does not have. */
export type LineToRefund = {
  readonly sku: string
  readonly quantity: number
  readonly ordered: number
  readonly unitPrice: number
}
export type RefundLines = {
  readonly type: 'RefundLines'
  readonly orderId: string
  readonly refundId: string
  readonly lines: readonly LineToRefund[]
  readonly currency: string
  readonly reason: string
}

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
  | RefundLines
  | { readonly type: 'RetryRefund'; readonly orderId: string; readonly refundId: string }
  | { readonly type: 'SettleRefund'; readonly orderId: string; readonly refundId: string; readonly note: string }
  | { readonly type: 'WithdrawRefund'; readonly orderId: string; readonly refundId: string; readonly note: string }
  | {
      readonly type: 'RecordRefundOutcome'
      readonly orderId: string
      readonly refundId: string
      readonly attempt: number
      readonly outcome: RefundOutcome
    }
  | ({ readonly type: 'RecordToldRefund'; readonly orderId: string } & ToldRefund)
  | ({ readonly type: 'RecordDispute'; readonly orderId: string } & ToldDispute)
