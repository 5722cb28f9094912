import { projectionProgress, type ProjectionProgress } from '../infrastructure/projections/progress.ts'
import { nameOf, type AnyProjection } from '../infrastructure/projections/projection.ts'
import { rebuildCommandOf } from '../infrastructure/projections/tool/rebuild-command.ts'
import { followUpFolds } from '../processors/follow-ups/folds.ts'
import { shopProjections } from '../projections/registry.ts'
import type { Examined } from './examined.ts'
import { fine, unknown, wrong, type Finding } from './finding.ts'

/** Who keeps which tables, and the tool that builds them anew. */
export const keepers = [
  { process: 'projections', script: 'projections', projections: shopProjections },
  { process: 'processors', script: 'follow-ups', projections: followUpFolds },
] as const

/** A live engine tells of itself every two seconds. */
const silentAfterSeconds = 60

const tableOf = (
  { version, table: { name } }: AnyProjection<never>,
  progress: ProjectionProgress | undefined,
  keeper: (typeof keepers)[number],
): Finding => {
  const about = `table ${name}`
  const anew = rebuildCommandOf(keeper.script)(name)
  if (progress === undefined) return wrong(about, 'missing', `Start ${keeper.process}, which make it.`)
  if (progress.unreadable !== undefined)
    return wrong(about, `its checkpoint '${progress.unreadable}' is no place in a log`, anew)
  if (progress.standsStill !== undefined) return wrong(about, `stands still: ${progress.standsStill}`, anew)
  if (progress.version > version)
    return wrong(
      about,
      `is of version ${progress.version}, this release is of ${version}`,
      `Deploy the newer release, or go back: ${anew}`,
    )
  if (progress.version < version)
    return progress.rebuild === undefined
      ? wrong(
          about,
          `is of version ${progress.version}, wanted ${version}`,
          `Start ${keeper.process} of this release, which build it anew.`,
        )
      : fine(about, `version ${version} is being built: ${Math.floor(progress.rebuild.share * 100)} %`)
  if (progress.setAsideCount > 0)
    return wrong(
      about,
      `rows set aside: ${progress.setAsideCount}`,
      `npm run ${keeper.script} -- list names the events; deploy a mended fold, then ${anew}`,
    )
  if (!progress.caughtUp && progress.lagSeconds > silentAfterSeconds)
    return wrong(
      about,
      `${Math.round(progress.lagSeconds)} s behind, or looked after by nobody`,
      `Start ${keeper.process}; /health/ready of it says what keeps it.`,
    )
  return fine(about, progress.caughtUp ? 'has everything' : `${Math.round(progress.lagSeconds)} s behind`)
}

/** The read tables and the processors' own: of this release's version, complete, and looked after. */
export const checkReadTables = async ({ database }: Pick<Examined, 'database'>): Promise<readonly Finding[]> => {
  if ('fault' in database) return [unknown('read tables', 'PostgreSQL does not answer')]
  const progress = await projectionProgress(database.store)
  return keepers.flatMap((keeper) =>
    keeper.projections.map((projection) =>
      tableOf(
        projection,
        progress.find(({ name }) => name === nameOf(projection)),
        keeper,
      ),
    ),
  )
}
