import { AttemptsUnavailable, type Attempts, type Lease } from './attempts.ts'
import type { Intent, IntentKind } from './intent.ts'
import type { Schedule } from './schedule.ts'

/** What came of it. `settled`: there is an outcome, now or already; `open`: there is none yet, the follow-ups take it up. */
export type Performed =
  | { readonly kind: 'settled' }
  | { readonly kind: 'open'; readonly why: string }

/** One kind of effect: reads the intent's own stream, calls where that is called for, appends the outcome. */
export type Effect = (intent: Intent, lease: Lease) => Promise<Performed>

export type Perform = (intent: Intent) => Promise<Performed>

export type PerformDependencies = {
  readonly attempts: Attempts
  readonly effects: Readonly<Partial<Record<IntentKind, Effect>>>
  readonly now: () => Date
  /** Longer than a call may take, with the reading and writing around it. */
  readonly leaseMs: number
  readonly dueAgain: Schedule
  /** How many calls of a kind this process makes at once; what finds no room stays open. */
  readonly callsAtOnce: Readonly<Record<IntentKind, number>>
  /** Told of what went wrong beside the effect; the intent is safe in any case. */
  readonly warn: (message: string, error: unknown) => void
  /** Told of every intent that was looked at under a lease. */
  readonly report?: (intent: Intent, performed: Performed) => void
}

/**
 * Brings an open intent nearer to its outcome, by whoever finds it: the group that sees the event, or the follow-ups. Dying at any
 * point in here leaves the intent open and at worst a lease that runs out.
 * @throws StoreUnavailable, VersionConflict
 */
export const createPerform = (dependencies: PerformDependencies): Perform => {
  const { attempts, effects, now, leaseMs, dueAgain, callsAtOnce, warn, report } = dependencies
  const underWay: Record<IntentKind, number> = { payment: 0, refund: 0, notification: 0 }

  const claim = async (intent: Intent): Promise<Lease | 'held' | 'away'> => {
    const at = now()
    try {
      return (await attempts.claim(intent, { now: at, until: new Date(at.getTime() + leaseMs) })) ?? 'held'
    } catch (error) {
      if (!(error instanceof AttemptsUnavailable)) throw error
      warn('no lease could be taken', error)
      return 'away'
    }
  }

  const release = async (lease: Lease, dueAt: Date | undefined) => {
    try {
      await attempts.release(lease, { now: now(), dueAt })
    } catch (error) {
      // The lease runs out by itself, and the outcome, if there is one, is in the stream.
      if (!(error instanceof AttemptsUnavailable)) throw error
      warn('a lease could not be given back', error)
    }
  }

  const underLease = async (intent: Intent, effect: Effect): Promise<Performed> => {
    // 1 Nobody else calls while this lease lives. From here on a crash leaves it to run out, and the intent due.
    const lease = await claim(intent)
    if (lease === 'held') return { kind: 'open', why: 'somebody else is at it' }
    if (lease === 'away') return { kind: 'open', why: 'no lease could be taken' }

    // 2 Read, call, append. A crash between call and append repeats the call later, under the same idempotency key.
    let performed: Performed
    try {
      performed = await effect(intent, lease)
    } catch (error) {
      await release(lease, dueAgain(lease.calls, now()))
      throw error
    }

    // 3 Over, or due again later.
    await release(lease, performed.kind === 'settled' ? undefined : dueAgain(lease.calls, now()))
    report?.(intent, performed)
    return performed
  }

  return async (intent) => {
    const effect = effects[intent.kind]
    if (effect === undefined) return { kind: 'open', why: 'not this process' }
    if (underWay[intent.kind] >= callsAtOnce[intent.kind]) return { kind: 'open', why: 'too many calls at once' }
    underWay[intent.kind] += 1
    try {
      return await underLease(intent, effect)
    } finally {
      underWay[intent.kind] -= 1
    }
  }
}
