import { confirmed } from '../../command-line/confirmed.ts'
import { complain, say } from '../../command-line/say.ts'
import { who } from '../../command-line/who.ts'
import { projectionProgress } from '../progress.ts'
import { nameOf, type AnyProjection } from '../projection.ts'
import { refusalOf } from '../rollback.ts'
import { rollbackLine } from './output.ts'
import type { ReplaceDependencies } from './replace-dependencies.ts'
import { rollBackTable } from './roll-back-table.ts'
import { showProgress } from './show-progress.ts'
import { withPool, withStores, type ToolStores } from './stores.ts'

export type RollbackFlags = { readonly yes?: true; readonly json?: true }

/** The table that is kept now is the one that is meant: one that somebody else has put there meanwhile is not. Answers the exit code. */
export const rollBack = async <Event>(
  projection: AnyProjection<Event>,
  { yes, json }: RollbackFlags,
  {
    stores,
    ...dependencies
  }: Pick<ReplaceDependencies<Event>, 'decoder' | 'sourceOf'> & { readonly stores: ToolStores },
): Promise<number> => {
  const name = nameOf(projection)
  const progress = await withPool(stores.DATABASE_URL, projectionProgress)
  const kept = progress.find((one) => one.name === name)?.kept
  const refusal = refusalOf(projection, kept)
  if (kept === undefined || refusal !== undefined) {
    complain(refusal ?? '')
    return 1
  }
  const question = `Put the table of ${name} back that was replaced ${kept.since.toISOString()}? It is brought to where the live one is, and takes its place; that one is kept in turn.`
  if (yes !== true && !(await confirmed(question))) {
    complain('Nothing was done.')
    return 1
  }
  const { show, end } = showProgress()
  const replaced = await withStores(stores, (opened) =>
    rollBackTable(
      projection,
      { generation: kept.generation, by: who() },
      { ...dependencies, ...opened, onProgress: (events, share) => show(name, events, share) },
    ),
  ).finally(end)
  say(json === true ? JSON.stringify({ name, ...replaced }, null, 2) : rollbackLine(name, replaced))
  return 0
}
