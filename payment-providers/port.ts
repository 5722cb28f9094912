import type { BreakerState } from '../infrastructure/outside/circuit-breaker.ts'
import type { PaymentListing } from './listing.ts'

export { HeldBack, OutcomeUnknown, ProviderUnavailable } from '../infrastructure/outside/errors.ts'

export type ChargeResult =
  | { kind: 'succeeded'; providerPaymentId: string; amount: number; currency: string }
  | { kind: 'failed'; code: string }
  /** The customer must confirm at this URL first. */
  | { kind: 'action_required'; url: string }
  /** The provider has it in hand and will tell by webhook. */
  | { kind: 'pending' }
  | { kind: 'cancelled' }
  /** The provider has never heard of it, so nothing was charged. */
  | { kind: 'unknown_payment' }

export type RefundResult =
  | { kind: 'succeeded'; providerRefundId: string }
  | { kind: 'failed'; code: string }
  | { kind: 'pending' }
  | { kind: 'unknown_refund' }

export type ChargeRequest = {
  paymentId: string
  /** Comes back in the provider's webhooks. */
  orderId: string
  /** Minor units. */
  amount: number
  currency: string
  method: string
  idempotencyKey: string
  /** Somebody may have sent it already: that the provider refuses it now does not say what became of it then. */
  sentBefore?: boolean
}

/** A payment by our own id. */
export type SoughtPayment = {
  paymentId: string
  /** Nobody asked for it before this time. Asked for only by a provider that has to look for it by time. */
  notBefore: () => Promise<Date>
}

export type CancelRequest = SoughtPayment & { idempotencyKey: string }

export type OrderOfPaymentResult =
  /** As the payment itself says, ours and the order's id. */
  | { kind: 'found'; orderId: string; paymentId: string }
  /** Another program's, or nobody's. */
  | { kind: 'unknown_payment' }

/** One attempt at a refund. Refund ids are unique within a payment only. */
export type RefundIdentity = {
  providerPaymentId: string
  refundId: string
  /** 1, 2, …: a refund that failed may be tried again. */
  attempt: number
}

export type RefundRequest = RefundIdentity & {
  /** Comes back in the provider's webhooks. */
  orderId: string
  /** Minor units. */
  amount: number
  currency: string
  idempotencyKey: string
  /** As of a charge. */
  sentBefore?: boolean
}

/**
 * Whoever moves the money. Every result is definite; where there is none, the call rejects with `ProviderUnavailable` (nothing was
 * sent) or `OutcomeUnknown` (it may have happened). The same idempotency key gets the first result again.
 */
export type PaymentProvider = {
  charge(request: ChargeRequest, signal: AbortSignal): Promise<ChargeResult>
  /** What had been captured before is `succeeded`. */
  cancel(request: CancelRequest, signal: AbortSignal): Promise<ChargeResult>
  lookUp(payment: SoughtPayment, signal: AbortSignal): Promise<ChargeResult>
  refund(request: RefundRequest, signal: AbortSignal): Promise<RefundResult>
  lookUpRefund(refund: RefundIdentity, signal: AbortSignal): Promise<RefundResult>
  /** Where its webhooks may name the provider's own payment and no order. */
  orderOf?: (providerPaymentId: string, signal: AbortSignal) => Promise<OrderOfPaymentResult>
}

export type ConnectionOptions = {
  /** The time a call may take, in milliseconds. Default 10 s. */
  timeLimitMs?: number
  /** How long the breaker stays open before it lets one call try. Default 10 s. */
  breakerPauseMs?: number
  onBreaker?: (state: BreakerState) => void
  /** Of a breaker that look-ups have to themselves, where there is one. */
  onLookUpBreaker?: (state: BreakerState) => void
}

export type ConnectedProvider = PaymentProvider & {
  readonly listing: PaymentListing
  /** Of the circuit breaker: while it is open no call is made, because the last ones went wrong. */
  breaker(): BreakerState
  /** Where its look-ups and lists have a breaker of their own: open, it says nothing about whether charges and refunds go through. */
  lookUpBreaker?: () => BreakerState
  /** It has asked not to be asked for a while: until that is over nothing is sent, looks apart. */
  isPaused(): boolean
  close(): void
}
