import type { PaymentListing, ListedPayment, ListedRefund } from '../../payment-providers/listing.ts'
import { chargesOf, comparePayment, isOwn } from './compare-payment.ts'
import { compareRefund, isCountedAsRefunded } from './compare-refund.ts'
import type { Difference } from './difference.ts'
import type { Healing } from './healing.ts'
import type { HereReader } from './here.ts'
import type { MovedHere } from './moved-here.ts'
import type { ForOne } from './readable.ts'
import { createSeen } from './seen.ts'
import { sideBySide } from './side-by-side.ts'

export type SweepDependencies = {
  readonly listing: PaymentListing
  readonly here: HereReader
  readonly forOne: ForOne
  readonly now: () => Date
  /** What is younger is on its way: a webhook, the answer to a call. */
  readonly graceMs: number
  /** How many of the provider's ids are remembered. */
  readonly remembered?: number | undefined
}

export type Sweep = {
  readonly since: Date
  /** What moved here, up to a time. */
  readonly movedHere: (until: Date) => AsyncIterable<MovedHere>
  readonly settle: Healing
  readonly signal: AbortSignal
}

export type Compared = { readonly payments: number; readonly refunds: number; readonly movedHere: number }

/** Streams are read by so many at once; the provider's calls come one by one in any case. */
const atOnce = 8
const usuallyRemembered = 200_000

/**
 * Both ways, in bounded memory: everything that the provider lists is compared with its order's payment, and then everything that moved
 * here and was not in the list is asked for by its own id. A payment that was made before `since` and captured after it is found by that.
 * @throws ProviderUnavailable, OutcomeUnknown, StoreUnavailable: what is left is compared by the next sweep
 */
export const createSweep = ({
  listing,
  here,
  forOne,
  now,
  graceMs,
  remembered = usuallyRemembered,
}: SweepDependencies) => {
  const comparedPayment = async (listed: ListedPayment): Promise<Difference | undefined> => {
    const { owner } = listed
    return owner && comparePayment(listed, owner, await here(owner.orderId))
  }

  const comparedRefund = async (listed: ListedRefund, signal: AbortSignal): Promise<Difference | undefined> => {
    const { providerPaymentId } = listed
    const named = listed.orderId === undefined ? undefined : await here(listed.orderId)
    const isOwnCharge = (payment: Parameters<typeof chargesOf>[0]) =>
      chargesOf(payment).some((charge) => charge.providerPaymentId === providerPaymentId)
    if (listed.orderId !== undefined && named !== undefined && isOwnCharge(named.payment))
      return compareRefund(listed, listed.orderId, named.payment, now())

    // The payment says whose it is; what the refund itself says of that is applied to nothing.
    const owner = (await listing.payment(providerPaymentId, signal))?.owner
    const orderId = owner?.orderId ?? listed.orderId
    if (orderId === undefined) return undefined
    const { payment, isOrderKnown } = orderId === listed.orderId && named !== undefined ? named : await here(orderId)
    const isNamedRightly = listed.orderId === undefined || listed.orderId === orderId
    const unattributed = (kind: 'foreign_payment' | 'never_asked' | 'unknown_order'): Difference | undefined => {
      const { providerRefundId: id, money: there, status } = listed
      return status.kind === 'succeeded'
        ? { kind, of: 'refund', orderId, id, there, here: undefined, remedy: { kind: 'operator' } }
        : undefined
    }
    if (!isOrderKnown) return unattributed('unknown_order')
    if (owner === undefined || !isNamedRightly || !isOwn(payment, owner)) return unattributed('foreign_payment')
    return payment.status === 'none' ? unattributed('never_asked') : compareRefund(listed, orderId, payment, now())
  }

  /** What the provider did not list, by its own id. */
  const comparedMoved = async (moved: MovedHere, signal: AbortSignal): Promise<Difference | undefined> => {
    const { of, id, orderId, amount, currency } = moved
    if (of === 'payment') {
      const listed = await listing.payment(id, signal)
      if (listed?.owner !== undefined) return comparedPayment(listed)
    } else {
      const listed = await listing.refund(id, signal)
      if (listed !== undefined) return comparedRefund(listed, signal)
      // It was told of as failed since: then nobody counts on it.
      const { payment } = await here(orderId)
      if (!isCountedAsRefunded(payment, id)) return undefined
    }
    const kind = of === 'payment' ? 'not_paid_there' : 'not_refunded_there'
    return { kind, of, orderId, id, there: undefined, here: { amount, currency }, remedy: { kind: 'operator' } }
  }

  return async ({ since, movedHere, settle, signal }: Sweep): Promise<Compared> => {
    const until = new Date(now().getTime() - graceMs)
    const compared = { payments: 0, refunds: 0, movedHere: 0 }
    const seen = createSeen(remembered)
    const oldEnough = ({ createdAt }: ListedPayment | ListedRefund) => createdAt <= until
    await sideBySide(listing.payments(since, signal), atOnce, signal, async (listed) => {
      seen.add(listed.providerPaymentId)
      if (!oldEnough(listed)) return
      compared.payments += 1
      await forOne(async () => settle(await comparedPayment(listed)))
    })
    await sideBySide(listing.refunds(since, signal), atOnce, signal, async (listed) => {
      seen.add(listed.providerRefundId)
      if (!oldEnough(listed)) return
      compared.refunds += 1
      await forOne(async () => settle(await comparedRefund(listed, signal)))
    })
    await sideBySide(movedHere(until), atOnce, signal, async (moved) => {
      compared.movedHere += 1
      if (!seen.has(moved.id)) await forOne(async () => settle(await comparedMoved(moved, signal)))
    })
    return compared
  }
}
