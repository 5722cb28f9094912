import { projectionProgress, type KeptTable } from './progress.ts'
import { nameOf, type AnyProjection } from './projection.ts'
import type { ReplacementsOptions } from './rebuilds.ts'
import { createReplacementRuns, type ReplacementRuns, type ReplacementState } from './replacement-runs.ts'
import { refusalOf } from './rollback.ts'
import { rollBackTable, type RollbackWanted } from './tool/roll-back-table.ts'

/** What a rollback would put back. `refusal`: why it would not, as far as the table says so itself. */
export type RollbackLook = {
  readonly kept: KeptTable | undefined
  readonly refusal: string | undefined
  /** Of the last one that was begun here. */
  readonly state: ReplacementState
}

export type Rollbacks = Pick<ReplacementRuns, 'close'> & {
  readonly names: readonly string[]
  /** Answers when nobody else can begin any more. @throws ReplacementUnderWay, and why it could not begin */
  begin(name: string, wanted: RollbackWanted): Promise<void>
  look(name: string): Promise<RollbackLook>
}

/** Puts kept tables back while the process goes on, one at a time, as the command line does. */
export const createRollbacks = <Event>(options: ReplacementsOptions<Event>): Rollbacks => {
  const { projections, pool } = options
  const runs = createReplacementRuns({ ...options, what: 'rollback' })
  const called = (name: string): AnyProjection<Event> => {
    const projection = projections.find((one) => nameOf(one) === name)
    if (projection === undefined) throw new Error(`there is no projection ${name}`)
    return projection
  }

  return {
    names: projections.map(nameOf),
    close: () => runs.close(),
    begin: (name, wanted) =>
      runs.begin(name, (during) => rollBackTable(called(name), wanted, { ...options, ...during })),
    async look(name) {
      const kept = (await projectionProgress(pool)).find((progress) => progress.name === name)?.kept
      return { kept, refusal: refusalOf(called(name), kept), state: runs.state(name) }
    },
  }
}
