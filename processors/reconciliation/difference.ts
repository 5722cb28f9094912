import type { PaymentCommand } from '../../domain/payments/commands.ts'
import type { ListedMoney } from '../../payment-providers/listing.ts'

/** `there`: at the provider. What each means, and what to do: docs/operations/reconciliation.md. */
export const differenceKinds = [
  'paid_there',
  'not_paid_there',
  'payment_failed_there',
  'amount',
  'currency',
  'refunded_there',
  'not_refunded_there',
  'refund_failed_there',
  'external_refund',
  'disputed_there',
  'dispute_lost_there',
  'dispute_won_there',
  'not_disputed_there',
  'unknown_order',
  'never_asked',
  'foreign_payment',
] as const
export type DifferenceKind = (typeof differenceKinds)[number]

/** `record`: an ordinary command writes down what is so there, and all that follows from that follows. `operator`: nobody can say but a person. */
export type Remedy = { readonly kind: 'record'; readonly command: PaymentCommand } | { readonly kind: 'operator' }

/** What the provider says of one payment, refund or dispute, and we do not; or the other way round. */
export type Difference = {
  readonly kind: DifferenceKind
  readonly of: 'payment' | 'refund' | 'dispute'
  readonly orderId: string
  /** The provider's; of what has failed there, our own: of the payment, or of the attempt at a refund. */
  readonly id: string
  readonly there: ListedMoney | undefined
  readonly here: ListedMoney | undefined
  readonly remedy: Remedy
}

/** By how much the books differ; undefined where that cannot be said. */
export const driftOf = ({ kind, there, here }: Difference): ListedMoney | undefined => {
  if (there === undefined || here === undefined) return there ?? here
  return kind === 'amount' ? { amount: Math.abs(there.amount - here.amount), currency: there.currency } : there
}
