import type { Replaced } from '../beside-options.ts'
import { projectionProgress } from '../progress.ts'
import { nameOf, type AnyProjection } from '../projection.ts'
import { rollBackProjection } from '../rollback.ts'
import type { ReplaceDependencies } from './replace-dependencies.ts'

/** `generation`: of the kept table that is meant; `by`: who asks for it. */
export type RollbackWanted = { readonly generation: number; readonly by: string }

/** @throws ReplacementUnderWay, ReplacementRefused */
export const rollBackTable = async <Event>(
  projection: AnyProjection<Event>,
  wanted: RollbackWanted,
  { store, sourceOf, onProgress, ...dependencies }: ReplaceDependencies<Event>,
): Promise<Replaced> => {
  const name = nameOf(projection)
  const live = (await projectionProgress(dependencies.pool)).find((progress) => progress.name === name)
  const [begin, end] = [live?.kept?.position, live?.position].map((position) => Number(position?.commit ?? 0n))
  const way = (end ?? 0) - (begin ?? 0)
  return rollBackProjection({
    ...dependencies,
    projection,
    ...wanted,
    source: sourceOf(store, dependencies.logger),
    holds: (position) => store.holds(position),
    onProgress: (events, { commit }) =>
      onProgress(events, way <= 0 ? 1 : Math.max(0, Math.min(1, (Number(commit) - (begin ?? 0)) / way))),
  })
}
