import type { Events } from './events.ts'
import type { Dispute } from './objects.ts'
import type { PaymentIntents } from './payment-intents.ts'
import type { Refunds } from './refunds.ts'

export type DisputesOptions = {
  readonly announce: Events['announce']
  readonly intents: Pick<PaymentIntents, 'retrieve'>
  readonly refunds: Pick<Refunds, 'dispute'>
}

/** docs.stripe.com/disputes: opened by the customer's bank, closed by its verdict. One for each payment. */
export const createDisputes = ({ announce, intents, refunds }: DisputesOptions) => {
  const all = new Map<string, Dispute>()
  return {
    all: (): readonly Dispute[] => [...all.values()],
    tell: (intentId: string, status: Dispute['status']): void => {
      const { amount, currency, latest_charge: charge } = intents.retrieve(intentId)
      refunds.dispute(intentId, status === 'won')
      const dispute: Dispute = {
        id: `dp_${intentId}`,
        object: 'dispute',
        amount,
        currency,
        payment_intent: intentId,
        charge,
        reason: 'fraudulent',
        evidence: { customer_name: 'Alice Adams' },
        status,
      }
      all.set(dispute.id, dispute)
      announce(`charge.dispute.${/needs_response$/.test(status) ? 'created' : 'closed'}`, dispute)
    },
  }
}
