import { randomUUID } from 'node:crypto'
import type { Announce } from './announcing.ts'
import type { Bank } from './bank.ts'
import type { Ledger } from './ledger.ts'
import type { Charge, Dispute, Refund } from './records.ts'

/** Of a charge; without an amount, all that is left of it. */
export type Asked = { providerPaymentId: string; amount?: number | undefined }
export type Answered<Made> = { kind: 'done'; made: Made } | { kind: 'unknown' | 'too_much' | 'over' }

export type Dashboard = ReturnType<typeof openDashboard>

/**
 * What people do in the provider's own dashboard, and customers' banks at their desks. No program of the shop has asked for it, which
 * hears of it by webhook.
 */
export const openDashboard = (ledger: Ledger, bank: Bank, announce: Announce) => {
  const moneyOf = ({ providerPaymentId, amount }: Asked): Answered<{ charge: Charge; amount: number }> => {
    const charge = ledger.charge(providerPaymentId)
    if (charge?.status !== 'succeeded') return { kind: 'unknown' }
    const left = bank.leftOf(charge)
    const wanted = amount ?? left
    return wanted === 0 || wanted > left ? { kind: 'too_much' } : { kind: 'done', made: { charge, amount: wanted } }
  }

  return {
    refund: (asked: Asked): Answered<Refund> => {
      const money = moneyOf(asked)
      if (money.kind !== 'done') return money
      const { charge, amount } = money.made
      const refund: Refund = {
        id: `re_${randomUUID()}`,
        idempotencyKey: randomUUID(),
        providerPaymentId: charge.id,
        amount,
        currency: charge.currency,
        status: 'succeeded',
        createdAt: new Date().toISOString(),
      }
      ledger.record({ refund })
      announce('refund.succeeded', charge, { amount, providerRefundId: refund.id })
      return { kind: 'done', made: refund }
    },

    /** The customer's bank has sent it back. */
    failRefund: (id: string): Answered<Refund> => {
      const refund = ledger.refund(id)
      const charge = refund && ledger.charge(refund.providerPaymentId)
      if (refund === undefined || charge === undefined) return { kind: 'unknown' }
      if (refund.status === 'failed') return { kind: 'over' }
      const failed: Refund = { ...refund, status: 'failed', code: 'account_closed' }
      ledger.record({ refund: failed })
      const { refundId, attempt, amount, code } = failed
      announce('refund.failed', charge, { refundId, attempt, amount, code, providerRefundId: id })
      return { kind: 'done', made: failed }
    },

    dispute: (asked: Asked): Answered<Dispute> => {
      const money = moneyOf(asked)
      if (money.kind !== 'done') return money
      const { charge, amount } = money.made
      const dispute: Dispute = {
        id: `dp_${randomUUID()}`,
        providerPaymentId: charge.id,
        amount,
        currency: charge.currency,
        status: 'open',
        createdAt: new Date().toISOString(),
      }
      ledger.record({ dispute })
      announce('dispute.opened', charge, toldOf(dispute))
      return { kind: 'done', made: dispute }
    },

    /** One that is lost can still be won. */
    closeDispute: (id: string, status: 'won' | 'lost'): Answered<Dispute> => {
      const dispute = ledger.dispute(id)
      const charge = dispute && ledger.charge(dispute.providerPaymentId)
      if (dispute === undefined || charge === undefined) return { kind: 'unknown' }
      if (dispute.status === 'won' || dispute.status === status) return { kind: 'over' }
      const closed: Dispute = { ...dispute, status }
      ledger.record({ dispute: closed })
      announce(`dispute.${status}`, charge, toldOf(closed))
      return { kind: 'done', made: closed }
    },
  }
}

const toldOf = ({ id, amount }: Dispute) => ({
  paymentId: undefined,
  orderId: undefined,
  amount,
  providerDisputeId: id,
})
