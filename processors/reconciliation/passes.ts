import type { Logger } from '../../infrastructure/observability/logger.ts'
import { driftOf } from './difference.ts'
import { foundSumsOf } from './found-sums.ts'
import type { Found } from './healing.ts'
import type { Marks, Range } from './marks.ts'
import type { ReconciliationMetrics } from './metrics.ts'
import type { Reconcile } from './reconcile.ts'

/** `disputesBackMs`: how far it looks back for disputes, if that is further. */
export type RangeSettings = { readonly everyMs: number; readonly backMs: number; readonly disputesBackMs?: number }

export type ReconciliationPassDependencies = {
  readonly reconcile: Reconcile
  readonly marks: Pick<Marks, 'last' | 'first'>
  readonly settings: Readonly<Record<Range, RangeSettings>>
  readonly now: () => Date
  /** Aborts when the process begins to drain. */
  readonly draining: AbortSignal
  readonly measure: ReconciliationMetrics
  readonly logger: Pick<Logger, 'info' | 'warn' | 'error'>
}

/** A stopped one is not waited for as long as for the next. */
const againAfterMs = 60_000
/** Another replica may have swept since, and another release before that. */
const lookEveryMs = 60_000
const mostTold = 10_000

/**
 * Sweeps whichever range is due, the full one first; how far apart they are is counted over restarts and replicas. What is left for an
 * operator is an error in the log once, however many sweeps find it.
 */
export const createReconciliationPass = (dependencies: ReconciliationPassDependencies): (() => Promise<void>) => {
  const { reconcile, marks, settings, now, draining, measure, logger } = dependencies
  const told = new Set<string>()
  const next: Partial<Record<Range, number>> = {}
  const lookedAt: Partial<Record<Range, number>> = {}

  const tell = (found: Found): void => {
    const { kind, of, orderId, id, there, here, state, refused } = found
    const fields = { kind, of, orderId, correlationId: orderId, providerId: id, there, here, drift: driftOf(found) }
    if (state === 'healed') return logger.warn('a payment differed from the provider, and has been recorded', fields)
    const key = `${kind} ${id}`
    if (told.has(key)) return
    if (told.size >= mostTold) told.clear()
    told.add(key)
    logger.error('a payment differs from the provider: an operator has to look', { ...fields, refused })
  }

  /** What is known of the last one, whoever made it: it says when the next is due, and what was found is told until then. */
  const lookBack = async (range: Range): Promise<void> => {
    if (now().getTime() - (lookedAt[range] ?? -Infinity) < lookEveryMs) return
    lookedAt[range] = now().getTime()
    const { everyMs } = settings[range]
    const last = await marks.last(range)
    // Others may have come to their end: this one is as old as those, over however many starts.
    if (last === undefined) measure.waits(range, (await marks.first()) ?? now())
    else measure.ended(range, last)
    // The first one of all comes after one of the short times: whoever starts the shop looks at something else first.
    const due = last === undefined ? now().getTime() + settings.recent.everyMs : last.begunAt.getTime() + everyMs
    next[range] = last === undefined ? (next[range] ?? due) : Math.max(next[range] ?? due, due)
  }

  const isDue = async (range: Range): Promise<boolean> => {
    await lookBack(range)
    return now().getTime() >= (next[range] ?? Infinity)
  }

  const run = async (range: Range): Promise<void> => {
    const { everyMs, backMs, disputesBackMs = 0 } = settings[range]
    const back = (ms: number) => new Date(now().getTime() - ms)
    const [since, disputesSince] = [back(backMs), back(Math.max(backMs, disputesBackMs))]
    // Also when it breaks: nobody is helped by a sweep that is begun again every second.
    next[range] = now().getTime() + Math.min(againAfterMs, everyMs)
    const result = await reconcile({ since, disputesSince, signal: draining, heal: true, range })
    result.found.forEach(tell)
    const { stopped, compared, begunAt, found } = result
    measure.swept(range, stopped === undefined ? 'done' : 'stopped')
    if (stopped === undefined) {
      measure.ended(range, { begunAt, found: foundSumsOf(found) })
      next[range] = begunAt.getTime() + everyMs
    }
    logger.info('payments were compared with the provider', {
      range,
      since,
      ...compared,
      stopped,
      differences: result.found.length,
    })
  }

  return async () => {
    const over = measure.begin()
    try {
      for (const range of ['full', 'recent'] as const) if (!draining.aborted && (await isDue(range))) await run(range)
    } finally {
      over()
    }
  }
}
