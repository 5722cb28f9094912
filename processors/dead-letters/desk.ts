import type { ShopEvent } from '../../domain/registry.ts'
import type { Codec } from '../../infrastructure/event-store/codec.ts'
import type { Groups, StoredEvent, StreamReader } from '../../infrastructure/event-store/port.ts'
import type { Service } from '../services.ts'
import type { Audit } from './audit.ts'
import { createDeadLetters, type DeadLetters } from './dead-letters.ts'
import { createDecisions, type Decisions } from './decisions.ts'
import { createHandling, type Submit } from './handling.ts'
import type { DeadLetterReport } from './metrics.ts'
import { createRelease } from './release.ts'
import type { Resolutions } from './resolutions.ts'
import { startSweeper } from './sweeper.ts'
import type { Unresolved } from './unresolved.ts'
import { createRecentOf, createWouldDo } from './what-is-known.ts'

export type DeskDependencies = {
  readonly groups: readonly string[]
  readonly store: Pick<Groups, 'parkedMessages' | 'truncateParked'> & StreamReader
  readonly codec: Codec<ShopEvent>
  readonly services: readonly Service[]
  readonly unresolved: Unresolved
  readonly resolutions: Resolutions
  readonly audit: Audit
  readonly keyOf: (event: StoredEvent) => string
  /** Hands an event to the group's own handler, in the order of its key; undefined where this process does not run the group. */
  readonly submitTo: (group: string) => Submit | undefined
  /** How often dead letters are looked at, in milliseconds. */
  readonly everyMs: number
  readonly now: () => Date
  readonly log: (message: string, fields: Readonly<Record<string, unknown>>) => void
  readonly warn: (message: string, error: unknown) => void
  readonly report: DeadLetterReport
}

export type Desk = DeadLetters & Pick<Decisions, 'retry' | 'discard'> & { close(): Promise<void> }

/** All that is done about dead letters in one process: what operators see and decide, and what follows by itself. */
export const startDesk = (dependencies: DeskDependencies): Desk => {
  const { groups, codec, services, store, report } = dependencies
  const handling = createHandling(dependencies)
  const sweeper = startSweeper({ ...dependencies, release: createRelease({ ...dependencies, handling }) })
  const decisions = createDecisions({
    ...dependencies,
    handling,
    decided: (group) => {
      sweeper.sweep(group)
    },
  })

  return {
    ...createDeadLetters({
      ...dependencies,
      groups,
      wouldDo: createWouldDo(codec, services),
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
