import type { Events } from './events.ts'
import { missing, StripeFailure, type Dispute, type DisputeStatus } from './objects.ts'
import type { PaymentIntents } from './payment-intents.ts'

export type DisputesOptions = {
  readonly now: () => Date
  readonly nextId: (prefix: string) => string
  readonly announce: Events['announce']
  readonly intents: Pick<PaymentIntents, 'retrieve'>
}

const isInquiry = (status: DisputeStatus): boolean => status.startsWith('warning_')
const isClosed = (status: DisputeStatus): boolean => ['won', 'lost', 'warning_closed'].includes(status)

/**
 * docs.stripe.com/disputes/how-disputes-work and /api/disputes: opened by the customer's bank, the money withdrawn at once, closed by its
 * verdict, and returned where that is "won"; one that is lost can seldom be won after that. An inquiry moves no money.
 */
export const createDisputes = ({ now, nextId, announce, intents }: DisputesOptions) => {
  const all = new Map<string, Dispute>()
  const of = (intentId: string): readonly Dispute[] =>
    [...all.values()].filter(({ payment_intent: intent }) => intent === intentId)
  const found = (id: string): Dispute => {
    const dispute = all.get(id)
    if (dispute === undefined) throw missing('dispute', 'id')
    return dispute
  }

  const become = (id: string, status: DisputeStatus): void => {
    const dispute = found(id)
    dispute.status = status
    announce(isClosed(status) ? 'charge.dispute.closed' : 'charge.dispute.updated', dispute)
    if (status === 'won') announce('charge.dispute.funds_reinstated', dispute)
  }

  return {
    all: (): readonly Dispute[] => [...all.values()],
    of,
    retrieve: found,
    /** Of a part, where an amount is given. */
    open(intentId: string, { amount, status = 'needs_response' }: { amount?: number; status?: DisputeStatus } = {}) {
      const intent = intents.retrieve(intentId)
      const dispute: Dispute = {
        id: nextId('dp'),
        object: 'dispute',
        created: Math.floor(now().getTime() / 1_000),
        amount: amount ?? intent.amount_received,
        currency: intent.currency,
        payment_intent: intentId,
        charge: intent.latest_charge,
        reason: 'fraudulent',
        evidence: { customer_name: 'Alice Adams' },
        status,
      }
      all.set(dispute.id, dispute)
      announce('charge.dispute.created', dispute)
      if (!isInquiry(status)) announce('charge.dispute.funds_withdrawn', dispute)
      return dispute
    },
    become,
    /** docs.stripe.com/error-codes, `charge_disputed`: what has been charged back, or may be, is not refunded too. */
    expectRefundable(intentId: string): void {
      if (of(intentId).some(({ status }) => !isInquiry(status) && status !== 'won'))
        throw new StripeFailure(400, { type: 'invalid_request_error', code: 'charge_disputed', message: 'disputed' })
    },
  }
}

export type Disputes = ReturnType<typeof createDisputes>
