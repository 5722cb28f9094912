import type { Logger } from '../../infrastructure/observability/logger.ts'
import { driftOf } from './difference.ts'
import type { Found } from './healing.ts'
import type { Marks, Range } from './marks.ts'
import type { ReconciliationMetrics } from './metrics.ts'
import type { Reconcile } from './reconcile.ts'

/** `disputesBackMs`: how far it looks back for disputes, if that is further. */
export type RangeSettings = { readonly everyMs: number; readonly backMs: number; readonly disputesBackMs?: number }

export type ReconciliationPassDependencies = {
  readonly reconcile: Reconcile
  readonly marks: Pick<Marks, 'last'>
  readonly settings: Readonly<Record<Range, RangeSettings>>
  readonly now: () => Date
  /** Aborts when the process begins to drain. */
  readonly draining: AbortSignal
  readonly measure: ReconciliationMetrics
  readonly logger: Pick<Logger, 'info' | 'warn' | 'error'>
}

/** A stopped one is not waited for as long as for the next. */
const againAfterMs = 60_000
const mostTold = 10_000

/**
 * Sweeps whichever range is due, the full one first; how far apart they are is counted over restarts and replicas. What is left for an
 * operator is an error in the log once, however many sweeps find it.
 */
export const createReconciliationPass = (dependencies: ReconciliationPassDependencies): (() => Promise<void>) => {
  const { reconcile, marks, settings, now, draining, measure, logger } = dependencies
  const told = new Set<string>()
  const next: Partial<Record<Range, number>> = {}

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

  const isDue = async (range: Range): Promise<boolean> => {
    const { everyMs } = settings[range]
    // The first one of all comes after one of the short times: whoever starts the shop looks at something else first.
    const known =
      next[range] ??
      ((await marks.last(range))?.getTime() ?? now().getTime() + settings.recent.everyMs - everyMs) + everyMs
    next[range] = known
    return now().getTime() >= known
  }

  const run = async (range: Range): Promise<void> => {
    const { everyMs, backMs, disputesBackMs = 0 } = settings[range]
    const back = (ms: number) => new Date(now().getTime() - ms)
    const [since, disputesSince] = [back(backMs), back(Math.max(backMs, disputesBackMs))]
    // Also when it breaks: nobody is helped by a sweep that is begun again every second.
    next[range] = now().getTime() + Math.min(againAfterMs, everyMs)
    const result = await reconcile({ since, disputesSince, signal: draining, heal: true, range })
    result.found.forEach(tell)
    measure(range, result)
    const { stopped, compared, begunAt } = result
    if (stopped === undefined) next[range] = begunAt.getTime() + everyMs
    logger.info('payments were compared with the provider', {
      range,
      since,
      ...compared,
      stopped,
      differences: result.found.length,
    })
  }

  return async () => {
    for (const range of ['full', 'recent'] as const) if (!draining.aborted && (await isDue(range))) await run(range)
  }
}
