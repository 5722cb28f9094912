/** The business says no. `code` is stable and part of the API; `detail` is for people; `facts` are what a caller can act on. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: RefusalCode
  readonly facts: Readonly<Record<string, unknown>>

  constructor(code: RefusalCode, detail?: string, facts: Readonly<Record<string, unknown>> = {}) {
    super(detail ?? code)
    this.code = code
    this.facts = facts
  }
}

export type RefusalCode =
  | 'key_reused'
  | 'unknown_sku'
  | 'product_discontinued'
  | 'product_exists'
  | 'mixed_currencies'
  | 'price_changed'
  | 'total_too_large'
  | 'order_not_found'
  | 'already_shipped'
  | 'order_closed'
  | 'not_confirmed'
  | 'not_shipped'
  | 'payment_disputed'
  | 'payment_not_found'
  | 'foreign_payment'
  | 'provider_outcome_incomplete'
  | 'refund_exceeds_payment'
  | 'refund_exceeds_line'
  | 'refund_of_nothing'
  | 'refund_reused'
  | 'refund_not_found'
  | 'refund_not_failed'
  | 'notification_not_found'
  | 'document_reused'
  | 'stock_reserved'
  | 'out_of_stock'
  | 'reservation_closed'
  | 'reservation_not_held'
