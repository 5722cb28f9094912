import type { Logger } from '../observability/logger.ts'
import { projectionProgress } from './progress.ts'
import { nameOf, type AnyProjection } from './projection.ts'
import { createReplacementRuns, type ReplacementRuns, type ReplacementState } from './replacement-runs.ts'
import { rebuildTable } from './tool/rebuild-tables.ts'
import type { ReplaceDependencies } from './tool/replace-dependencies.ts'

export type Rebuilds = Pick<ReplacementRuns, 'close'> & {
  readonly names: readonly string[]
  /** Answers when nobody else can begin any more. @throws ReplacementUnderWay, and why it could not begin */
  begin(name: string, options: { readonly setsAside: boolean; readonly dryRun: boolean }): Promise<void>
  /** Of the one that runs, wherever it was begun; else of the last one that was begun here. */
  state(name: string): Promise<ReplacementState>
}

export type ReplacementsOptions<Event> = Omit<
  ReplaceDependencies<Event>,
  'onProgress' | 'onBegun' | 'onVerifying' | 'signal'
> & {
  readonly projections: readonly AnyProjection<Event>[]
  readonly logger: Logger
  readonly now: () => Date
}

/** A rebuild writes after each batch. One that has been silent for longer has been killed, and is dropped by the next. */
const trustedForMs = 15_000

/** Builds tables anew while the process goes on, one at a time, as the command line does. */
export const createRebuilds = <Event>(options: ReplacementsOptions<Event>): Rebuilds => {
  const { projections, now, pool } = options
  const runs = createReplacementRuns({ ...options, what: 'rebuild' })

  return {
    names: projections.map(nameOf),
    close: () => runs.close(),
    async begin(name, { setsAside, dryRun }) {
      const projection = projections.find((one) => nameOf(one) === name)
      if (projection === undefined) throw new Error(`there is no projection ${name}`)
      await runs.begin(name, (during) => rebuildTable(projection, { ...options, ...during, setsAside, dryRun }))
    },
    async state(name) {
      const own = runs.state(name)
      if (own.state === 'running') return own
      const elsewhere = (await projectionProgress(pool)).find((progress) => progress.name === name)?.rebuild
      if (elsewhere === undefined) return own
      const { updatedAt } = elsewhere
      // What was stopped here has left its table behind, for the next one to drop.
      const isOurs = 'endedAt' in own && updatedAt <= own.endedAt
      const isAlive = !isOurs && now().getTime() - updatedAt.getTime() <= trustedForMs
      const phase = elsewhere.verifying ? 'verifying' : 'catching_up'
      return isAlive ? { state: 'running', phase, share: elsewhere.share } : own
    },
  }
}
