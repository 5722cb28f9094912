import { hash } from 'node:crypto'
import type { Announce } from './announcing.ts'
import type { Ledger } from './ledger.ts'
import type { Charge, ChargeRequest, Refund, RefundRequest } from './records.ts'
import { settlements } from './settlements.ts'

export type BankOptions = {
  /** `card-slow` is answered after this time. */
  slowMs: number
  /** `card-late` succeeds after this time. */
  lateMs: number
  /** Whether a `card-late` that is under way can be called back. */
  lateCanBeCancelled: boolean
  /** The address under which the customer confirms the charge of this id. */
  confirmationUrl: (chargeId: string) => string
  announce: Announce
}

export type CancelResult =
  | { kind: 'cancelled' | 'captured' | 'failed' | 'too_late'; charge: Charge }
  | { kind: 'unknown' }
export type RefundResult = { kind: 'refund'; refund: Refund } | { kind: 'unknown' | 'too_much' | 'disputed' }

/** One key, one id: a request that comes again finds what the first one made. */
const idOf = (prefix: string, idempotencyKey: string) =>
  `${prefix}_${hash('sha256', idempotencyKey, 'hex').slice(0, 20)}`

/** What the provider does with money. Answers nothing to anyone: that is the routes' part, and so are idempotency keys and faults. */
export type Bank = ReturnType<typeof openBank>

export const openBank = (ledger: Ledger, options: BankOptions) => {
  const settle = settlements()

  const { announce } = options

  const change = (charge: Charge, changes: Partial<Charge>): Charge => {
    const changed = { ...charge, ...changes }
    ledger.record({ charge: changed })
    return changed
  }

  const settleCharge = async (id: string) => {
    const charge = ledger.charge(id)
    if (charge?.status !== 'pending') return
    const captured = change(charge, { status: 'succeeded' })
    if (charge.method === 'card-late') announce('payment.succeeded', captured)
  }

  const settleRefund = async (id: string) => {
    const refund = ledger.refund(id)
    const charge = refund && ledger.charge(refund.providerPaymentId)
    if (refund?.status !== 'pending' || charge === undefined) return
    ledger.record({ refund: { ...refund, status: 'succeeded' } })
    const { refundId, attempt, amount, currency } = refund
    announce('refund.succeeded', charge, { refundId, attempt, amount, currency, providerRefundId: id })
  }

  const beginning = (
    request: ChargeRequest,
    id: string,
    isDeclined: boolean,
  ): Pick<Charge, 'status' | 'code' | 'url' | 'settlesAt'> => {
    const inTime = (ms: number) => new Date(Date.now() + ms).toISOString()
    if (isDeclined) return { status: 'failed', code: 'card_declined' }
    switch (request.method) {
      case 'card-ok':
      case 'card-unknown':
        return { status: 'succeeded' }
      case 'card-declined':
        return { status: 'failed', code: 'card_declined' }
      case 'card-action':
        return { status: 'action_required', url: options.confirmationUrl(id) }
      case 'card-slow':
        return { status: 'pending', settlesAt: inTime(options.slowMs) }
      case 'card-late':
        return { status: 'pending', settlesAt: inTime(options.lateMs) }
    }
  }

  /** The charge that counts for a payment: the captured one if there is any, else the newest. */
  const chargeOf = (paymentId: string): Charge | undefined => {
    const charges = ledger.chargesOf(paymentId)
    return charges.find((charge) => charge.status === 'succeeded') ?? charges.at(-1)
  }

  const refundedOf = (charge: Charge) =>
    ledger
      .refundsOf(charge.id)
      .filter(({ status }) => status !== 'failed')
      .reduce((sum, { amount }) => sum + amount, 0)

  /** What is disputed, and has not been won, is not here to be given back. */
  const leftOf = (charge: Charge) =>
    ledger
      .disputesOf(charge.id)
      .filter(({ status }) => status !== 'won')
      .reduce((left, { amount }) => left - amount, charge.amount - refundedOf(charge))

  for (const { id, status, settlesAt } of ledger.charges())
    if (status === 'pending' && settlesAt) settle.at(id, settlesAt, () => settleCharge(id))
  for (const { id, status, settlesAt } of ledger.refunds())
    if (status === 'pending' && settlesAt) settle.at(id, settlesAt, () => settleRefund(id))

  return {
    chargeOf,
    chargesOf: (paymentId: string) => ledger.chargesOf(paymentId),
    /** The newest of an attempt. */
    refundOf: (providerPaymentId: string, refundId: string, attempt: number): Refund | undefined =>
      ledger
        .refundsOf(providerPaymentId)
        .findLast((refund) => refund.refundId === refundId && refund.attempt === attempt),
    refundedOf,
    leftOf,
    charges: () => ledger.charges(),

    /** A `card-slow` is answered when it has settled. One key makes one charge, also when an earlier request was cut off. */
    charge: async (request: ChargeRequest, idempotencyKey: string, isDeclined: boolean): Promise<Charge> => {
      const id = idOf('ch', idempotencyKey)
      let charge = ledger.charge(id)
      if (charge === undefined) {
        charge = {
          ...request,
          id,
          idempotencyKey,
          createdAt: new Date().toISOString(),
          ...beginning(request, id, isDeclined),
        }
        ledger.record({ charge })
        if (charge.settlesAt !== undefined) settle.at(id, charge.settlesAt, () => settleCharge(id))
      }
      if (charge.method === 'card-slow') await settle.done(id)
      return ledger.charge(id) ?? charge
    },

    /** The customer says yes. Returns undefined when there is nothing to confirm. */
    confirm: async (id: string): Promise<Charge | undefined> => {
      const charge = ledger.charge(id)
      if (charge?.method !== 'card-action') return undefined
      if (charge.status !== 'action_required') return charge
      const captured = change(charge, { status: 'succeeded' })
      announce('payment.succeeded', captured)
      return captured
    },

    cancel: async (paymentId: string): Promise<CancelResult> => {
      const charge = chargeOf(paymentId)
      if (charge === undefined) return { kind: 'unknown' }
      if (charge.status === 'succeeded') return { kind: 'captured', charge }
      if (charge.status === 'failed') return { kind: 'failed', charge }
      if (charge.method === 'card-late' && charge.status === 'pending' && !options.lateCanBeCancelled)
        return { kind: 'too_late', charge }
      const cancelled = change(charge, { status: 'cancelled' })
      settle.now(charge.id)
      return { kind: 'cancelled', charge: cancelled }
    },

    refund: async (
      request: RefundRequest,
      idempotencyKey: string,
      fate: { isDeclined: boolean; pendingMs: number | undefined },
    ): Promise<RefundResult> => {
      const id = idOf('re', idempotencyKey)
      const known = ledger.refund(id)
      if (known !== undefined) return { kind: 'refund', refund: known }
      const charge = ledger.charge(request.providerPaymentId)
      if (charge?.status !== 'succeeded') return { kind: 'unknown' }
      if (ledger.disputesOf(charge.id).some(({ status }) => status === 'open')) return { kind: 'disputed' }
      if (request.currency !== charge.currency || request.amount > leftOf(charge)) return { kind: 'too_much' }
      const base = { ...request, id, idempotencyKey, createdAt: new Date().toISOString() }
      const settlesAt = new Date(Date.now() + (fate.pendingMs ?? 0)).toISOString()
      const refund: Refund = fate.isDeclined
        ? { ...base, status: 'failed', code: 'refund_declined' }
        : fate.pendingMs !== undefined
          ? { ...base, status: 'pending', settlesAt }
          : { ...base, status: 'succeeded' }
      ledger.record({ refund })
      if (refund.status === 'pending') settle.at(id, settlesAt, () => settleRefund(id))
      return { kind: 'refund', refund }
    },

    /** Nothing settles any more; what is pending settles after the next start, if it is kept. */
    close: () => {
      settle.close()
    },
  }
}
