import type { Payment } from '../../domain/payments/payment.ts'
import type {
  ListedDispute,
  ListedMoney,
  ListedPayment,
  ListedRefund,
  PaymentListing,
} from '../../payment-providers/listing.ts'
import { compareDispute, isCountedAsDisputed } from './compare-dispute.ts'
import { chargesOf, comparePayment, isOwn, type Here } from './compare-payment.ts'
import { compareRefund, isCountedAsRefunded } from './compare-refund.ts'
import type { Difference } from './difference.ts'
import type { HereReader } from './here.ts'
import type { MovedHere } from './moved-here.ts'

export type ComparingDependencies = {
  readonly listing: PaymentListing
  readonly here: HereReader
  readonly now: () => Date
}

type Owner = ListedPayment['owner']
type Attributed = { readonly of: 'refund' | 'dispute'; readonly id: string; readonly money: ListedMoney | undefined }

/** What is in the way of holding it against the order that it is said to be of. Undefined: nothing is. */
const unattributed = (
  { of, id, money: there }: Attributed,
  orderId: string,
  owner: Owner,
  { payment, isOrderKnown }: Here,
): Difference | undefined => {
  const is = (kind: 'foreign_payment' | 'never_asked' | 'unknown_order'): Difference => {
    return { kind, of, orderId, id, there, here: undefined, remedy: { kind: 'operator' } }
  }
  if (!isOrderKnown) return is('unknown_order')
  if (owner?.orderId !== orderId || !isOwn(payment, owner)) return is('foreign_payment')
  return payment.status === 'none' ? is('never_asked') : undefined
}

/** One thing that the provider has, or that moved here, held against its order's payment. @throws as the listing and the store do */
export const createComparing = ({ listing, here, now }: ComparingDependencies) => {
  const payment = async (listed: ListedPayment): Promise<Difference | undefined> => {
    const { owner } = listed
    return owner && comparePayment(listed, owner, await here(owner.orderId))
  }

  const refund = async (listed: ListedRefund, signal: AbortSignal): Promise<Difference | undefined> => {
    const { providerPaymentId, providerRefundId: id, money } = listed
    const named = listed.orderId === undefined ? undefined : await here(listed.orderId)
    const isOwnCharge = (known: Payment) =>
      chargesOf(known).some((charge) => charge.providerPaymentId === providerPaymentId)
    if (listed.orderId !== undefined && named !== undefined && isOwnCharge(named.payment))
      return compareRefund(listed, listed.orderId, named.payment, now())

    // The payment says whose it is; what the refund itself says of that is applied to nothing.
    const owner = (await listing.payment(providerPaymentId, signal))?.owner
    const orderId = owner?.orderId ?? listed.orderId
    if (orderId === undefined) return undefined
    const known = orderId === listed.orderId && named !== undefined ? named : await here(orderId)
    const isNamedRightly = listed.orderId === undefined || listed.orderId === orderId
    const amiss = unattributed({ of: 'refund', id, money }, orderId, isNamedRightly ? owner : undefined, known)
    if (amiss !== undefined) return listed.status.kind === 'succeeded' ? amiss : undefined
    return compareRefund(listed, orderId, known.payment, now())
  }

  const dispute = async (listed: ListedDispute): Promise<Difference | undefined> => {
    const { owner, providerDisputeId: id, money, status } = listed
    if (owner === undefined) return undefined
    const { orderId } = owner
    const known = await here(orderId)
    const amiss = unattributed({ of: 'dispute', id, money }, orderId, owner, known)
    if (amiss !== undefined) return status === 'open' || status === 'lost' ? amiss : undefined
    return compareDispute(listed, orderId, known.payment, now())
  }

  /** What the provider did not list, by its own id. */
  const moved = async (
    { of, id, orderId, amount, currency }: MovedHere,
    signal: AbortSignal,
  ): Promise<Difference | undefined> => {
    const notThere = (kind: 'not_paid_there' | 'not_refunded_there' | 'not_disputed_there'): Difference => {
      return { kind, of, orderId, id, there: undefined, here: { amount, currency }, remedy: { kind: 'operator' } }
    }
    switch (of) {
      case 'payment': {
        const listed = await listing.payment(id, signal)
        return listed?.owner === undefined ? notThere('not_paid_there') : payment(listed)
      }
      case 'refund': {
        const listed = await listing.refund(id, signal)
        if (listed !== undefined) return refund(listed, signal)
        // It was told of as failed since: then nobody counts on it.
        const isCounted = isCountedAsRefunded((await here(orderId)).payment, id)
        return isCounted ? notThere('not_refunded_there') : undefined
      }
      case 'dispute': {
        const listed = await listing.dispute(id, signal)
        if (listed?.owner !== undefined) return dispute(listed)
        const isCounted = isCountedAsDisputed((await here(orderId)).payment, id)
        return isCounted ? notThere('not_disputed_there') : undefined
      }
    }
  }

  return { payment, refund, dispute, moved }
}
