import type { Order } from '../../domain/orders/order.ts'
import { isRemembered, LeasesUnavailable, type Lease, type Leases } from './leases.ts'
import type { Intent, IntentEvent, IntentKind } from './intent.ts'
import type { Schedule } from './schedule.ts'

/** What came of it. `completed`: there is an outcome, now or already; `open`: there is none yet, the follow-ups take it up. */
export type Performed =
  | { readonly kind: 'completed' }
  | {
      readonly kind: 'open'
      readonly why: string
      /** Nothing was sent for it, for certain. */
      readonly unsent?: boolean
      /** It was called, and the outside did not answer. */
      readonly unanswered?: boolean
    }

/** What whoever has just seen the intent knows of it. It spares reads, and is needed for none of them. */
export type InHand = {
  /** The event that is the intent. */
  readonly recorded: Pick<IntentEvent, 'event' | 'id'>
  /** It has been given to somebody before, who may have been of another release, and have kept other marks. */
  readonly comesAgain?: boolean
  /** The order as it stood when it was last read, and when that was. */
  readonly order?: { readonly state: Order; readonly at: Date }
}

export type Call = {
  readonly lease: Lease
  readonly inHand: InHand | undefined
  /** Nobody can have called before: what is in hand is enough, and the intent's own stream need not be read. */
  readonly isFirst: boolean
}

/** One kind of effect: reads the intent's own stream, calls where that is called for, appends the outcome. */
export type Effect = (intent: Intent, call: Call) => Promise<Performed>

export type PerformDependencies = {
  readonly leases: Leases
  readonly effects: Readonly<Record<IntentKind, Effect>>
  readonly now: () => Date
  readonly dueAgain: Schedule
  /** Logs what went wrong beside the effect; the intent is safe in any case. */
  readonly warn: (message: string, error: unknown) => void
  /** Logs every intent that was looked at under a lease. */
  readonly report?: ((intent: Intent, performed: Performed) => void) | undefined
}

/** `over` resolves when the lease has been given back; undefined when none was had. */
export type UnderLease = (
  intent: Intent,
  from: { readonly inHand: InHand | undefined; readonly followedUp: boolean },
) => Promise<{
  readonly performed: Performed
  readonly over?: Promise<void>
}>

/**
 * Brings an open intent nearer to its outcome. Only the lease entitles to a call: not that the intent was just written (the append may be
 * a repetition of somebody else's), not that it was just delivered. Dying at any point in here leaves the intent open and at worst a lease
 * that runs out.
 */
export const createPerform = ({ leases, effects, now, dueAgain, warn, report }: PerformDependencies): UnderLease => {
  let away = false
  /** Once, until they are there again. */
  const warnOnce = (message: string, error: unknown) => {
    if (!away) warn(message, error)
    away = true
  }

  const claim = async (intent: Intent, onlyDue: boolean): Promise<Lease | 'held' | 'away'> => {
    try {
      const lease = await leases.claim(intent, { onlyDue })
      away = false
      return lease ?? 'held'
    } catch (error) {
      if (!(error instanceof LeasesUnavailable)) throw error
      warnOnce('no lease could be taken', error)
      return 'away'
    }
  }

  const release = async (lease: Lease, then: Parameters<Leases['release']>[1]) => {
    try {
      await leases.release(lease, then)
    } catch (error) {
      // The lease runs out by itself, and the outcome, if there is one, is in the stream.
      if (!(error instanceof LeasesUnavailable)) throw error
      warnOnce('lease not released, it will expire', error)
    }
  }

  const later = ({ claimCount }: Lease) => ({ dueInMs: dueAgain(claimCount, now()).getTime() - now().getTime() })

  const thenOf = (lease: Lease, performed: Performed) =>
    performed.kind === 'completed' ? 'completed' : { ...later(lease), unsent: performed.unsent ?? false }

  return async (intent, { inHand, followedUp }) => {
    // 1 Nobody else calls while this lease lives. From here on a crash leaves it to run out, and the intent due.
    const lease = await claim(intent, !followedUp)
    if (lease === 'held') return { performed: { kind: 'open', why: 'lease held by another, or not due yet' } }
    if (lease === 'away') return { performed: { kind: 'open', why: 'no lease could be taken' } }

    // 2 Read, unless nobody can have called before; call; append. A crash between call and append repeats the call later, under the same
    // idempotency key, and then it is read first.
    const isFirst =
      inHand !== undefined &&
      inHand.comesAgain !== true &&
      lease.neverSent &&
      // Claimed before, it may have been closed since.
      lease.claimCount === 1 &&
      isRemembered(lease, intent.since)
    let performed: Performed
    try {
      performed = await effects[intent.kind](intent, { lease, inHand, isFirst })
    } catch (error) {
      await release(lease, later(lease))
      throw error
    }

    // 3 Over, or due again later. Nobody has to wait for that.
    report?.(intent, performed)
    return { performed, over: release(lease, thenOf(lease, performed)) }
  }
}
