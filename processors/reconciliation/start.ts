import type { Logger } from '../../infrastructure/observability/logger.ts'
import type { Registry } from '../../infrastructure/observability/metrics.ts'
import type { PaymentListing } from '../../payment-providers/listing.ts'
import type { ReconciliationConfig } from './config.ts'
import { postgresMarks } from './marks.ts'
import { reconciliationMetrics } from './metrics.ts'
import { createReconciliationPass } from './passes.ts'
import { createReconcile, type ReconcileDependencies } from './reconcile.ts'

type Options = Omit<ReconcileDependencies, 'provider' | 'callsPerSecond' | 'graceMs' | 'warn'> & {
  readonly provider: Omit<ReconcileDependencies['provider'], 'listing'>
  readonly listing: PaymentListing
  readonly config: ReconciliationConfig & { readonly FOLLOW_UP_EVERY_SECONDS: number }
  /** Aborts when the process begins to drain. */
  readonly draining: AbortSignal
  readonly registry: Registry
  readonly logger: Logger
}

/** A pass of the follow-ups, so that one replica at a time makes it. */
export const reconciliationPass = ({
  config,
  draining,
  registry,
  logger,
  provider,
  listing,
  ...outside
}: Options): (() => Promise<void>) =>
  createReconciliationPass({
    reconcile: createReconcile({
      ...outside,
      provider: { ...provider, listing },
      callsPerSecond: config.RECONCILE_CALLS_PER_SECOND,
      graceMs: config.RECONCILE_GRACE_SECONDS * 1_000,
      warn: (message, error) => logger.warn(message, { error }),
    }),
    marks: postgresMarks(outside.database),
    settings: {
      recent: { everyMs: config.RECONCILE_EVERY_SECONDS * 1_000, backMs: config.RECONCILE_RECENT_SECONDS * 1_000 },
      full: {
        everyMs: config.RECONCILE_FULL_EVERY_SECONDS * 1_000,
        backMs: config.RECONCILE_FULL_SECONDS * 1_000,
        disputesBackMs: config.RECONCILE_DISPUTES_SECONDS * 1_000,
      },
    },
    now: outside.now,
    draining,
    measure: reconciliationMetrics(registry, outside.now, config.FOLLOW_UP_EVERY_SECONDS * 1_000),
    logger,
  })
