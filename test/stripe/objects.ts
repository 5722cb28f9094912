/** The parts of Stripe's objects that somebody looks at, in the shape of its API reference. Amounts are Stripe's minor units. */
export type PaymentIntent = {
  readonly id: string
  readonly object: 'payment_intent'
  readonly created: number
  readonly amount: number
  amount_received: number
  readonly currency: string
  status: 'requires_payment_method' | 'requires_action' | 'processing' | 'succeeded' | 'canceled'
  readonly metadata: Record<string, string>
  readonly payment_method: string
  readonly livemode: false
  latest_charge: string | null
  last_payment_error: StripeErrorBody | null
  next_action: { type: 'redirect_to_url'; redirect_to_url: { url: string; return_url: string } } | null
  cancellation_reason: string | null
}

export type Refund = {
  readonly id: string
  readonly object: 'refund'
  readonly created: number
  readonly amount: number
  readonly currency: string
  readonly payment_intent: string
  readonly charge: string | null
  readonly metadata: Record<string, string>
  status: 'pending' | 'succeeded' | 'failed'
  failure_reason?: string
}

export type DisputeStatus =
  | 'needs_response'
  | 'under_review'
  | 'won'
  | 'lost'
  | 'warning_needs_response'
  | 'warning_closed'
  | 'appeal_under_review'

export type Dispute = {
  readonly id: string
  readonly object: 'dispute'
  readonly created: number
  readonly amount: number
  readonly currency: string
  readonly payment_intent: string
  readonly charge: string | null
  readonly reason: string
  readonly evidence: Record<string, string>
  status: DisputeStatus
}

export type StripeEvent = {
  readonly id: string
  readonly object: 'event'
  readonly api_version: string
  readonly created: number
  readonly type: string
  readonly livemode: false
  readonly data: { readonly object: object }
}

export type StripeErrorBody = {
  readonly type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error'
  readonly code?: string
  readonly message_code?: string
  readonly decline_code?: string
  readonly advice_code?: string
  readonly param?: string
  readonly message: string
  readonly payment_intent?: PaymentIntent
}

/** An answer that is no success. `stored`: it is what the key answers from then on. `undone`: nothing came of the request for certain. */
export class StripeFailure extends Error {
  readonly status: number
  readonly body: StripeErrorBody
  readonly stored: boolean
  readonly undone: boolean
  readonly headers: Readonly<Record<string, string>>
  constructor(
    status: number,
    body: StripeErrorBody,
    {
      stored = true,
      undone = false,
      headers = {},
    }: { readonly stored?: boolean; readonly undone?: boolean; readonly headers?: StripeFailure['headers'] } = {},
  ) {
    super(body.message)
    this.status = status
    this.body = body
    this.stored = stored
    this.undone = undone
    this.headers = headers
  }
}

/** A parameter that does not hold up: found before the endpoint begins, so no key keeps it. */
export const invalidRequest = (message: string, more: Partial<StripeErrorBody> = {}): StripeFailure =>
  new StripeFailure(400, { type: 'invalid_request_error', message, ...more }, { stored: false })

export const missing = (what: string, param: string, status = 404): StripeFailure =>
  new StripeFailure(
    status,
    { type: 'invalid_request_error', code: 'resource_missing', param, message: `No such ${what}` },
    { stored: false },
  )
