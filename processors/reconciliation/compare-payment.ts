import { isCharged, type Payment } from '../../domain/payments/payment.ts'
import { openRequestOf, paymentIdIn, type Charge } from '../../domain/payments/state.ts'
import { paymentIdOf } from '../../domain/shared/ids.ts'
import type { ListedMoney, ListedPayment } from '../../payment-providers/listing.ts'
import type { ChargeResult } from '../../payment-providers/port.ts'
import type { Difference, DifferenceKind, Remedy } from './difference.ts'

const operator: Remedy = { kind: 'operator' }

type Owner = NonNullable<ListedPayment['owner']>

/** What is here: the fold of `payment-{orderId}`. An order whose payment has an event is known. */
export type Here = { readonly payment: Payment; readonly isOrderKnown: boolean }

export const chargesOf = (payment: Payment): readonly Charge[] =>
  isCharged(payment) ? [payment.charge, ...payment.duplicates] : []

export const isOwn = (payment: Payment, { orderId, paymentId }: Owner): boolean =>
  paymentId === (paymentIdIn(payment) ?? paymentIdOf(orderId))

/** The kind of what is amiss between two amounts that ought to be one. */
export const moneyDiffers = (
  there: ListedMoney | undefined,
  here: ListedMoney,
): Extract<DifferenceKind, 'amount' | 'currency'> | undefined => {
  if (there !== undefined && there.currency !== here.currency) return 'currency'
  return there?.amount === here.amount ? undefined : 'amount'
}

/**
 * A payment of the provider that names one of our orders. One that it has not captured is not asked for anything but whether we think that
 * it has: which of several tries counts, only a look-up by our own id says.
 */
export const comparePayment = (
  { providerPaymentId: id, status, money: there }: ListedPayment,
  owner: Owner,
  { payment, isOrderKnown }: Here,
): Difference | undefined => {
  const { orderId, paymentId } = owner
  const known = chargesOf(payment).find(({ providerPaymentId }) => providerPaymentId === id)
  const here = known && { amount: known.amount, currency: known.currency }
  const differs = (kind: DifferenceKind, remedy: Remedy = operator): Difference => ({
    kind,
    of: 'payment',
    orderId,
    id,
    there,
    here,
    remedy,
  })

  if (status !== 'captured') return known === undefined ? undefined : { ...differs('not_paid_there'), there: undefined }
  if (!isOrderKnown) return differs('unknown_order')
  if (!isOwn(payment, owner)) return differs('foreign_payment')
  if (payment.status === 'none') return differs('never_asked')
  if (here !== undefined) {
    const kind = moneyDiffers(there, here)
    return kind && differs(kind)
  }
  if (there === undefined) return differs('paid_there')
  const outcome = { kind: 'succeeded', providerPaymentId: id, ...there } as const
  return differs('paid_there', {
    kind: 'record',
    command: { type: 'RecordPaymentOutcome', orderId, paymentId, outcome },
  })
}

/** An open request, and what the provider answers to a look-up by our own id. Undefined: it has no outcome there either. */
export const compareRequest = (orderId: string, payment: Payment, result: ChargeResult): Difference | undefined => {
  const request = openRequestOf(payment)
  if (request === undefined) return undefined
  const { paymentId, amount, currency } = request
  switch (result.kind) {
    case 'succeeded': {
      const there = { amount: result.amount, currency: result.currency }
      const command = { type: 'RecordPaymentOutcome', orderId, paymentId, outcome: result } as const
      const remedy: Remedy = { kind: 'record', command }
      return {
        kind: 'paid_there',
        of: 'payment',
        orderId,
        id: result.providerPaymentId,
        there,
        here: undefined,
        remedy,
      }
    }
    case 'failed':
    case 'cancelled': {
      const outcome = { kind: 'failed', code: result.kind === 'failed' ? result.code : 'cancelled' } as const
      const command = { type: 'RecordPaymentOutcome', orderId, paymentId, outcome } as const
      const remedy: Remedy = { kind: 'record', command }
      const here = { amount, currency }
      return { kind: 'payment_failed_there', of: 'payment', orderId, id: paymentId, there: undefined, here, remedy }
    }
    case 'action_required':
    case 'pending':
    case 'unknown_payment':
      return undefined
  }
}
