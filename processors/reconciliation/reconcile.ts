import type { ShopEvent } from '../../domain/registry.ts'
import type { Codec } from '../../infrastructure/event-store/codec.ts'
import type { CommandHandling } from '../../infrastructure/event-store/handle-command.ts'
import {
  StoreUnavailable,
  VersionConflict,
  type AllReader,
  type AllSubscriber,
} from '../../infrastructure/event-store/port.ts'
import { OutcomeUnknown, ProviderUnavailable } from '../../infrastructure/outside/errors.ts'
import type { Queryable } from '../../infrastructure/postgres/pool.ts'
import type { PaymentListing } from '../../payment-providers/listing.ts'
import type { PaymentProvider } from '../../payment-providers/port.ts'
import { createAskOpen } from './ask-open.ts'
import { foundSumsOf } from './found-sums.ts'
import { createHealing, type Found } from './healing.ts'
import { createHere } from './here.ts'
import { postgresMarks, type Range } from './marks.ts'
import { createMovedHere } from './moved-here.ts'
import { openAtProvider } from './open-intents.ts'
import { paceUntil } from '../../infrastructure/time/pace.ts'
import { pacedListing } from './paced-listing.ts'
import { passingOverUnreadable } from './readable.ts'
import { sideBySide } from './side-by-side.ts'
import { createSweep, type Compared } from './sweep.ts'

export type ReconcileDependencies = {
  readonly store: AllSubscriber & Pick<AllReader, 'headPosition' | 'holds'>
  readonly codec: Codec<ShopEvent>
  readonly commands: Pick<CommandHandling, 'load' | 'handle'>
  readonly database: Queryable
  readonly provider: Pick<PaymentProvider, 'lookUp' | 'lookUpRefund'> & { readonly listing: PaymentListing }
  readonly callsPerSecond: number
  readonly graceMs: number
  /** How many of the provider's ids a sweep remembers. */
  readonly remembered?: number
  readonly newId: () => string
  readonly now: () => Date
  readonly warn: (message: string, error: unknown) => void
}

export type Reconciliation = {
  readonly begunAt: Date
  readonly since: Date
  readonly disputesSince: Date
  readonly found: readonly Found[]
  readonly compared: Compared & { readonly intents: number }
  /** Why it ended before its end: somebody is away, or the process drains. */
  readonly stopped: string | undefined
}

export type ReconcileOptions = {
  readonly since: Date
  /** Of disputes; not later than `since`. */
  readonly disputesSince: Date
  readonly signal: AbortSignal
  readonly heal: boolean
  /** Remembered as a sweep of this kind, once it is through. */
  readonly range?: Range
}

/** Both clocks, and the time between an event's own and the end of a log that was looked at. */
const overlapMs = 10 * 60_000
const asideAtOnce = 1

const isPassing = (error: unknown): error is Error =>
  [StoreUnavailable, VersionConflict, OutcomeUnknown, ProviderUnavailable].some((kind) => error instanceof kind)

/** Compares the provider's books with ours, once. Rejects only for what is no passing matter. */
export const createReconcile = (dependencies: ReconcileDependencies) => {
  const { store, commands, database, provider, callsPerSecond, graceMs, remembered, newId, now, warn } = dependencies
  const marks = postgresMarks(database)
  const here = createHere(commands)
  const movedHere = createMovedHere(dependencies)
  const forOne = passingOverUnreadable(warn)

  /** The mark of a store that has been put back, or another's, is no place in this one. */
  const placeBefore = async (since: Date) => {
    const place = await marks.placeBefore(new Date(since.getTime() - overlapMs))
    return place !== undefined && (await store.holds(place)) ? place : 'start'
  }

  return async ({ since, disputesSince, signal, heal, range }: ReconcileOptions): Promise<Reconciliation> => {
    const begunAt = now()
    const found: Found[] = []
    const pace = paceUntil(signal, callsPerSecond)
    const settle = createHealing({ commands, newId, now, heal, found: (one) => found.push(one) })
    const askOpen = createAskOpen({ provider, here, pace })
    const sweep = createSweep({ listing: pacedListing(provider.listing, pace), here, forOne, now, graceMs, remembered })
    let intents = 0
    let compared: Compared = { payments: 0, refunds: 0, disputes: 0, movedHere: 0 }

    /** Of one intent that the provider says nothing about, the others are asked for all the same. */
    const unansweredIsNone = (error: unknown): undefined => {
      if (signal.aborted || !(error instanceof OutcomeUnknown)) throw error
      warn('an open payment or refund could not be looked up', error)
      return undefined
    }

    const all = async () => {
      const head = await store.headPosition({ signal })
      const after = await placeBefore(since)
      // What nobody has an outcome of, however old it is; then all that is listed; then what moved here.
      const open = openAtProvider(database)(new Date(begunAt.getTime() - graceMs))
      await sideBySide(open, asideAtOnce, signal, async (intent) => {
        intents += 1
        await forOne(async () => settle(await askOpen(intent, signal).catch(unansweredIsNone)))
      })
      compared = await sweep({
        since,
        disputesSince,
        movedHere: (until) => movedHere({ after, since, until, signal }),
        settle,
        signal,
      })
      if (range !== undefined) await marks.done({ begunAt, range, head, found: foundSumsOf(found) })
    }

    let stopped: string | undefined
    try {
      await all()
    } catch (error) {
      if (signal.aborted) stopped = 'told to stop'
      else if (isPassing(error)) {
        warn('payments could not be compared with the provider to the end', error)
        stopped = error.message
      } else throw error
    }
    return { begunAt, since, disputesSince, found, compared: { ...compared, intents }, stopped }
  }
}

export type Reconcile = ReturnType<typeof createReconcile>
