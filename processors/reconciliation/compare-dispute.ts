import { outsideOf, paymentIdIn, type Payment } from '../../domain/payments/state.ts'
import type { ListedDispute } from '../../payment-providers/listing.ts'
import { moneyDiffers } from './compare-payment.ts'
import type { Difference, DifferenceKind, Remedy } from './difference.ts'

const kinds = { open: 'disputed_there', lost: 'dispute_lost_there', won: 'dispute_won_there' } as const
const outcomes = { open: 'opened', lost: 'lost', won: 'won' } as const

/**
 * A dispute of the provider's, about a payment that is the order's. `at`: when the provider said so; that it was opened, it says itself.
 * What the bank has said here and takes back there is for a person: one that is lost can still be won, and no other way leads back.
 */
export const compareDispute = (
  { providerDisputeId, providerPaymentId, status, money: there, createdAt }: ListedDispute,
  orderId: string,
  payment: Payment,
  at: Date,
): Difference | undefined => {
  const known = outsideOf(payment).disputes.find((dispute) => dispute.providerDisputeId === providerDisputeId)
  const here = known && { amount: known.amount, currency: known.currency }
  const differs = (kind: DifferenceKind, remedy: Remedy = { kind: 'operator' }): Difference => ({
    kind,
    of: 'dispute',
    orderId,
    id: providerDisputeId,
    there,
    here,
    remedy,
  })

  // What is appealed against had been lost, and is until it is won.
  if (status === 'uncounted') return known?.status === 'open' ? differs('not_disputed_there') : undefined
  if (here !== undefined && known?.status === status) {
    const kind = moneyDiffers(there, here)
    return kind && differs(kind)
  }
  const kind = kinds[status]
  const isNews = known === undefined || status === 'won' || (status === 'lost' && known.status === 'open')
  if (!isNews || there === undefined) return differs(kind)
  const providerTime = (status === 'open' ? createdAt : at).toISOString()
  return differs(kind, {
    kind: 'record',
    command: {
      type: 'RecordDispute',
      orderId,
      paymentId: paymentIdIn(payment),
      dispute: { providerDisputeId, providerPaymentId, ...there },
      outcome: { kind: outcomes[status], providerTime },
    },
  })
}

/** Whether the order's payment has money that is held by this dispute of the provider's, or lost. */
export const isCountedAsDisputed = (payment: Payment, providerDisputeId: string): boolean =>
  outsideOf(payment).disputes.some((one) => one.providerDisputeId === providerDisputeId && one.status !== 'won')
