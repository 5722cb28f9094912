import type { Groups, StreamReader } from '../../infrastructure/event-store/port.ts'
import type { Logger } from '../../infrastructure/observability/logger.ts'
import type { Registry } from '../../infrastructure/observability/metrics.ts'
import type { Queryable } from '../../infrastructure/postgres/pool.ts'
import type { Consumers } from '../consumers.ts'
import { keyOf } from '../groups.ts'
import { postgresAudit } from './audit.ts'
import { createDeadLetters, type DeadLetters } from './dead-letters.ts'
import { createDecisions, type Decisions } from './decisions.ts'
import { createHandling, type Submit } from './handling.ts'
import { deadLetterMetrics } from './metrics.ts'
import { createRecentOf } from './recent.ts'
import { createRelease } from './release.ts'
import type { Resolutions } from './resolutions.ts'
import { startSweeper } from './sweeper.ts'
import { createTruncation } from './truncation.ts'
import type { Unresolved } from './unresolved.ts'
import type { WouldDo } from './would-do.ts'

export type DeskDependencies = {
  readonly groups: readonly string[]
  readonly store: Pick<Groups, 'parkedMessages' | 'truncateParked'> & StreamReader
  readonly wouldDo: WouldDo
  readonly unresolved: Unresolved
  readonly resolutions: Resolutions
  readonly database: Queryable
  readonly consumers: Pick<Consumers, 'of'>
  /** How often dead letters are looked at, in milliseconds. */
  readonly everyMs: number
  readonly now: () => Date
  readonly logger: Logger
  readonly registry: Registry
}

export type Desk = DeadLetters & Pick<Decisions, 'retry' | 'discard'> & { close(): Promise<void> }

/** All that is done about dead letters in one process: what operators see and decide, and what follows by itself. */
export const startDesk = (dependencies: DeskDependencies): Desk => {
  const { groups, store, unresolved, database, consumers, now, logger, registry } = dependencies
  const report = deadLetterMetrics(registry, groups, unresolved, now)
  const common = {
    ...dependencies,
    keyOf,
    submitTo: (group: string): Submit | undefined => {
      const consumer = consumers.of(group)
      return consumer?.status().state === 'running' ? (event, options) => consumer.submit(event, options) : undefined
    },
    log: (message: string, fields: Readonly<Record<string, unknown>>) => logger.info(message, fields),
    warn: (message: string, error: unknown) => logger.warn(message, { error }),
    report,
  }
  const handling = createHandling(common)
  const sweeper = startSweeper({
    ...common,
    release: createRelease({ ...common, handling }),
    truncate: createTruncation(common),
  })
  const decisions = createDecisions({
    ...common,
    handling,
    decided: (group) => {
      sweeper.sweep(group)
    },
  })

  return {
    ...createDeadLetters({
      ...common,
      audit: postgresAudit(database),
      recentOf: createRecentOf(store),
    }),
    retry: (place, by) => decisions.retry(place, by),
    async discard(place, by, why) {
      const result = await decisions.discard(place, by, why)
      if (result === 'discarded') report(place.group, 'discard', result)
      return result
    },
    close: async () => {
      await Promise.all([decisions.drained(), sweeper.close()])
    },
  }
}
