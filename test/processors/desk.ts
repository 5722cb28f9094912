import { shopEvents } from '../../domain/registry.ts'
import { createCodec } from '../../infrastructure/event-store/codec.ts'
import type { StoredEvent } from '../../infrastructure/event-store/port.ts'
import type { Outcome } from '../../infrastructure/subscriptions/outcome.ts'
import { createDeadLetters } from '../../processors/dead-letters/dead-letters.ts'
import { createDecisions } from '../../processors/dead-letters/decisions.ts'
import { createHandling } from '../../processors/dead-letters/handling.ts'
import { createRelease } from '../../processors/dead-letters/release.ts'
import type { Resolutions } from '../../processors/dead-letters/resolutions.ts'
import { createUnresolved } from '../../processors/dead-letters/unresolved.ts'
import { createRecentOf } from '../../processors/dead-letters/recent.ts'
import { createWouldDo } from '../../processors/dead-letters/would-do.ts'
import { keyOf } from '../../processors/groups.ts'
import type { Service } from '../../processors/services.ts'
import { inMemoryResolutions } from './in-memory-resolutions.ts'
import { parkedStreams } from './parked-streams.ts'

export const deskGroups = ['order', 'inventory', 'payment', 'notification']

/** A service that is asked for this command by every event, and makes the calls for payments. */
const serviceOf = (group: string): Service => ({
  group,
  performs: ['payment'],
  looksAt: () => true,
  react: ({ event }) => [{ type: `React to ${event.type}`, handle: () => Promise.resolve() }],
})

export type DeskOptions = {
  /** What comes between a letter and its resolution: to let it fail or hang at a step. */
  readonly around?: (resolutions: Resolutions) => Resolutions
}

/** All that one process knows and does about dead letters, over stores in memory; the group `inventory` runs elsewhere. */
export const deskInMemory = ({ around = (resolutions) => resolutions }: DeskOptions = {}) => {
  const set = { now: new Date('2026-01-05T10:00:00.000Z') }
  const now = () => set.now
  const streams = parkedStreams()
  const kept = inMemoryResolutions(now)
  const resolutions = around(kept.resolutions)
  /** What was submitted, and what is answered to it, in this order; without one it is done. */
  const submitted: string[] = []
  const answers: (Outcome | Error | Promise<Outcome>)[] = []
  /** Everything that any stream but the parked ones holds. */
  const events: StoredEvent[] = []
  const logged: string[] = []
  const submitTo = (group: string) =>
    group === 'inventory'
      ? undefined
      : async (event: StoredEvent): Promise<Outcome> => {
          submitted.push(event.id)
          const answer = await (answers.shift() ?? 'done')
          if (answer instanceof Error) throw answer
          return answer
        }
  const store = {
    ...streams.store,
    async *readStream(stream: string, { from = 0n }: { readonly from?: bigint } = {}) {
      for (const event of events) if (event.stream === stream && event.revision >= from) yield event
    },
    lastEvents: async (stream: string, count: number) =>
      events
        .filter((event) => event.stream === stream)
        .reverse()
        .slice(0, count),
    headPosition: () => Promise.resolve(undefined),
  }
  const decided: string[] = []
  const common = {
    groups: deskGroups,
    store,
    resolutions,
    unresolved: createUnresolved({ groups: deskGroups, store, resolutions, keyOf, now }),
    keyOf,
    submitTo,
    now,
    log: (message: string) => logged.push(message),
    decided: (group: string) => decided.push(group),
  }
  const handling = createHandling(common)
  const release = createRelease({ ...common, handling })
  const decisions = createDecisions({ ...common, handling })
  const deadLetters = createDeadLetters({
    ...common,
    audit: kept.audit,
    wouldDo: createWouldDo({
      store,
      codec: createCodec(shopEvents),
      servicesOver: () => deskGroups.map(serviceOf),
      now,
    }),
    recentOf: createRecentOf(store),
  })
  return {
    ...common,
    set,
    streams,
    audit: kept.audit,
    settledByEarlierRelease: kept.settledByEarlierRelease,
    events,
    answers,
    submitted,
    decided,
    logged,
    decisions,
    release,
    desk: { ...deadLetters, retry: decisions.retry.bind(decisions), discard: decisions.discard.bind(decisions) },
    /** As the sweeper does. */
    sweep: async (group: string) => {
      await common.unresolved.refresh(group)
      const submit = submitTo(group)
      if (submit !== undefined) await release(group, submit)
    },
  }
}
