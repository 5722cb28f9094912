import type { Logger } from '../observability/logger.ts'
import { projectionProgress } from './progress.ts'
import { nameOf, type AnyProjection } from './projection.ts'
import { RebuildUnderWay } from './rebuild.ts'
import { rebuildTable, type RebuildDependencies } from './tool/rebuild-tables.ts'

/** `share` of the way, 0 to 1. `setAside`: how many rows. */
export type RebuildState =
  | { readonly state: 'none' }
  | { readonly state: 'running'; readonly startedAt?: Date; readonly events?: number; readonly share: number }
  | {
      readonly state: 'done'
      readonly startedAt: Date
      readonly endedAt: Date
      readonly events: number
      readonly share: 1
      readonly setAside: number
    }
  | { readonly state: 'failed'; readonly startedAt: Date; readonly endedAt: Date; readonly failure: string }

export type Rebuilds = {
  readonly names: readonly string[]
  /** Answers when nobody else can begin any more. @throws RebuildUnderWay, and why it could not begin */
  begin(name: string, options: { readonly setsAside: boolean }): Promise<void>
  /** Of the one that runs, wherever it was begun; else of the last one that was begun here. */
  state(name: string): Promise<RebuildState>
  /** Stops the one that runs; the live table stays as it is. */
  close(): Promise<void>
}

export type RebuildsOptions<Event> = Omit<
  RebuildDependencies<Event>,
  'onProgress' | 'onBegun' | 'signal' | 'setsAside'
> & {
  readonly projections: readonly AnyProjection<Event>[]
  readonly logger: Logger
  readonly now: () => Date
}

/** A rebuild writes after each batch. One that has been silent for longer has been killed, and is dropped by the next. */
const trustedForMs = 15_000

/** Builds tables anew while the process goes on, one at a time, as the command line does. */
export const createRebuilds = <Event>(options: RebuildsOptions<Event>): Rebuilds => {
  const { projections, now, logger, pool } = options
  const states = new Map<string, RebuildState>()
  const stopping = new AbortController()
  let running: { readonly name: string; readonly end: Promise<void> } | undefined

  const build = async (projection: AnyProjection<Event>, setsAside: boolean, onBegun: () => void): Promise<void> => {
    const name = nameOf(projection)
    const startedAt = now()
    states.set(name, { state: 'running', startedAt, events: 0, share: 0 })
    try {
      const { events, setAside } = await rebuildTable(projection, {
        ...options,
        signal: stopping.signal,
        setsAside,
        onBegun,
        onProgress: (_name, read, share) => states.set(name, { state: 'running', startedAt, events: read, share }),
      })
      states.set(name, { state: 'done', startedAt, endedAt: now(), events, share: 1, setAside })
    } catch (error) {
      const failure = error instanceof Error ? error.message : String(error)
      states.set(name, { state: 'failed', startedAt, endedAt: now(), failure })
      throw error
    }
  }

  return {
    names: projections.map(nameOf),
    async begin(name, { setsAside }) {
      if (running !== undefined) throw new RebuildUnderWay(`${running.name} is being rebuilt here`)
      const projection = projections.find((one) => nameOf(one) === name)
      if (projection === undefined) throw new Error(`there is no projection ${name}`)
      const begun = Promise.withResolvers<void>()
      const before = states.get(name)
      let hasBegun = false
      const end = build(projection, setsAside, () => {
        hasBegun = true
        begun.resolve()
      })
        .catch((error: unknown) => {
          if (hasBegun) logger.error('rebuild failed', { projection: name, error })
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
    async state(name) {
      const own = states.get(name) ?? { state: 'none' }
      if (own.state === 'running') return own
      const elsewhere = (await projectionProgress(pool)).find((progress) => progress.name === name)?.rebuild
      if (elsewhere === undefined) return own
      const { updatedAt } = elsewhere
      // What was stopped here has left its table behind, for the next one to drop.
      const isOurs = 'endedAt' in own && updatedAt <= own.endedAt
      const isAlive = !isOurs && now().getTime() - updatedAt.getTime() <= trustedForMs
      return isAlive ? { state: 'running', share: elsewhere.share } : own
    },
    async close() {
      stopping.abort()
      await running?.end
    },
  }
}
