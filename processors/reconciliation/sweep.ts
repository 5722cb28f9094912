import { createComparing, type ComparingDependencies } from './comparing.ts'
import type { Difference } from './difference.ts'
import type { Healing } from './healing.ts'
import type { MovedHere } from './moved-here.ts'
import type { ForOne } from './readable.ts'
import { createSeen } from './seen.ts'
import { sideBySide } from './side-by-side.ts'

export type SweepDependencies = ComparingDependencies & {
  readonly forOne: ForOne
  /** What is younger is on its way: a webhook, the answer to a call. */
  readonly graceMs: number
  /** How many of the provider's ids are remembered. */
  readonly remembered?: number | undefined
}

export type Sweep = {
  readonly since: Date
  /** Of disputes, which take longer to come to their end than anything else. */
  readonly disputesSince: Date
  /** What moved here, up to a time. */
  readonly movedHere: (until: Date) => AsyncIterable<MovedHere>
  readonly settle: Healing
  readonly signal: AbortSignal
}

export type Compared = {
  readonly payments: number
  readonly refunds: number
  readonly disputes: number
  readonly movedHere: number
}

/** Streams are read by so many at once; the provider's calls come one by one in any case. */
const atOnce = 8
const usuallyRemembered = 200_000

/**
 * Both ways, in bounded memory: everything that the provider lists is compared with its order's payment, and then everything that moved
 * here and was not in the list is asked for by its own id. A payment that was made before `since` and captured after it is found by that.
 * @throws ProviderUnavailable, OutcomeUnknown, StoreUnavailable: what is left is compared by the next sweep
 */
export const createSweep = (dependencies: SweepDependencies) => {
  const { listing, forOne, now, graceMs, remembered = usuallyRemembered } = dependencies
  const comparing = createComparing(dependencies)

  return async ({ since, disputesSince, movedHere, settle, signal }: Sweep): Promise<Compared> => {
    const until = new Date(now().getTime() - graceMs)
    const compared = { payments: 0, refunds: 0, disputes: 0, movedHere: 0 }
    const seen = createSeen(remembered)

    /** What became of it since its page was answered may be known here by now: before a person is called, it is asked for once more. */
    const surely = async <Item>(
      item: Item,
      compare: (item: Item) => Promise<Difference | undefined>,
      again: () => Promise<Item | undefined>,
    ): Promise<Difference | undefined> => {
      const difference = await compare(item)
      if (difference?.remedy.kind !== 'operator') return difference
      const fresh = await again()
      return fresh === undefined ? difference : compare(fresh)
    }

    const listed = <Item extends { readonly createdAt: Date }>(
      of: keyof typeof compared,
      items: AsyncIterable<Item>,
      idOf: (item: Item) => string,
      compare: (item: Item) => Promise<Difference | undefined>,
      ask: (id: string) => Promise<Item | undefined>,
    ): Promise<void> =>
      sideBySide(items, atOnce, signal, async (item) => {
        const id = idOf(item)
        seen.add(id)
        if (item.createdAt > until) return
        compared[of] += 1
        await forOne(async () => settle(await surely(item, compare, () => ask(id))))
      })

    await listed(
      'payments',
      listing.payments(since, signal),
      (payment) => payment.providerPaymentId,
      comparing.payment,
      (id) => listing.payment(id, signal),
    )
    await listed(
      'refunds',
      listing.refunds(since, signal),
      (refund) => refund.providerRefundId,
      (refund) => comparing.refund(refund, signal),
      (id) => listing.refund(id, signal),
    )
    await listed(
      'disputes',
      listing.disputes(disputesSince, signal),
      (dispute) => dispute.providerDisputeId,
      comparing.dispute,
      (id) => listing.dispute(id, signal),
    )
    await sideBySide(movedHere(until), atOnce, signal, async (moved) => {
      compared.movedHere += 1
      if (seen.has(moved.id)) return
      // A dispute may move more than once.
      seen.add(moved.id)
      await forOne(async () => settle(await comparing.moved(moved, signal)))
    })
    return compared
  }
}
