import type { Logger } from '../observability/logger.ts'
import type { Replaced } from './beside-options.ts'
import { ReplacementUnderWay } from './replacement-refused.ts'
import type { Verification } from './verification.ts'

/** What a rebuild is at; a rollback catches up alone. */
export type ReplacementPhase = 'catching_up' | 'verifying'

/** `share` of the way, 0 to 1. `setAside`: how many rows. */
export type ReplacementState =
  | { readonly state: 'none' }
  | {
      readonly state: 'running'
      readonly phase: ReplacementPhase
      readonly startedAt?: Date
      readonly events?: number
      readonly share: number
    }
  | {
      readonly state: 'done'
      readonly startedAt: Date
      readonly endedAt: Date
      readonly events: number
      readonly share: 1
      readonly setAside: number
      readonly verification?: Verification
      readonly dryRun?: true
    }
  | { readonly state: 'failed'; readonly startedAt: Date; readonly endedAt: Date; readonly failure: string }

/** Replaces a table; `onBegun` from where it is not refused any more. */
export type Work = (during: {
  readonly signal: AbortSignal
  readonly onBegun: () => void
  readonly onVerifying: () => void
  readonly onProgress: (events: number, share: number) => void
}) => Promise<Replaced>

/** Rebuilds, or rollbacks, that go on while the process does; one at a time. */
export type ReplacementRuns = {
  /** Answers when nobody else can begin any more. @throws ReplacementUnderWay, and why it could not begin */
  begin(name: string, work: Work): Promise<void>
  /** Of the last one of this table that was begun here. */
  state(name: string): ReplacementState
  /** Stops the one that runs; the live table stays as it is. */
  close(): Promise<void>
}

export const createReplacementRuns = ({
  what,
  now,
  logger,
}: {
  readonly what: 'rebuild' | 'rollback'
  readonly now: () => Date
  readonly logger: Logger
}): ReplacementRuns => {
  const states = new Map<string, ReplacementState>()
  const stopping = new AbortController()
  let running: { readonly name: string; readonly end: Promise<void> } | undefined

  const run = async (name: string, work: Work, onBegun: () => void): Promise<void> => {
    const startedAt = now()
    let phase: ReplacementPhase = 'catching_up'
    let [events, share] = [0, 0]
    const goesOn = () => states.set(name, { state: 'running', phase, startedAt, events, share })
    goesOn()
    try {
      const { durationMs: _, ...done } = await work({
        signal: stopping.signal,
        onBegun,
        onVerifying() {
          phase = 'verifying'
          goesOn()
        },
        onProgress(read, of) {
          ;[phase, events, share] = ['catching_up', read, of]
          goesOn()
        },
      })
      states.set(name, { state: 'done', startedAt, endedAt: now(), share: 1, ...done })
    } catch (error) {
      const failure = error instanceof Error ? error.message : String(error)
      states.set(name, { state: 'failed', startedAt, endedAt: now(), failure })
      throw error
    }
  }

  return {
    async begin(name, work) {
      if (running !== undefined) throw new ReplacementUnderWay(`${running.name} is being replaced here`)
      const begun = Promise.withResolvers<void>()
      const before = states.get(name)
      let hasBegun = false
      const end = run(name, work, () => {
        hasBegun = true
        begun.resolve()
      })
        .catch((error: unknown) => {
          if (hasBegun) logger.error(`${what} failed`, { projection: name, error })
          // It has not been: what is known of the one before stays.
          else if (before === undefined) states.delete(name)
          else states.set(name, before)
          begun.reject(error)
        })
        .finally(() => {
          running = undefined
        })
      running = { name, end }
      await begun.promise
    },
    state: (name) => states.get(name) ?? { state: 'none' },
    async close() {
      stopping.abort()
      await running?.end
    },
  }
}
