import type { AllReader, AllSubscriber } from '../../event-store/port.ts'
import type { Logger } from '../../observability/logger.ts'
import type { Pool } from '../../postgres/pool.ts'
import type { Decoder } from '../fold.ts'
import { projectionProgress } from '../progress.ts'
import { nameOf, type AnyProjection } from '../projection.ts'
import { rebuildProjection, type Rebuilt, type Source } from '../rebuild.ts'

export type RebuildDependencies<Event> = {
  readonly decoder: Decoder<Event>
  readonly sourceOf: (store: AllSubscriber, logger: Logger) => Source
  readonly store: AllSubscriber & Pick<AllReader, 'holds'>
  readonly pool: Pool
  readonly databaseUrl: string
  readonly logger: Logger
  readonly signal: AbortSignal
  readonly setsAside: boolean
  /** `share`: of the way to where the live table was at the beginning, 0 to 1. */
  readonly onProgress: (name: string, events: number, share: number) => void
  /** Nobody else builds this one anew, from here on. */
  readonly onBegun?: () => void
}

export type RebuildResult = { readonly name: string; readonly version: number } & (
  Rebuilt | { readonly failed: string }
)

/** @throws RebuildUnderWay, RebuildRefused, FoldFault */
export const rebuildTable = async <Event>(
  projection: AnyProjection<Event>,
  { store, sourceOf, onProgress, ...dependencies }: RebuildDependencies<Event>,
): Promise<Rebuilt> => {
  const name = nameOf(projection)
  const live = (await projectionProgress(dependencies.pool)).find((progress) => progress.name === name)
  const end = Number(live?.position?.commit ?? 0n)
  return rebuildProjection({
    ...dependencies,
    projection,
    source: sourceOf(store, dependencies.logger),
    holds: (position) => store.holds(position),
    onProgress: (events, position) =>
      onProgress(name, events, end === 0 ? 1 : Math.min(1, Number(position.commit) / end)),
  })
}

/** One after the other; one that fails does not keep the rest from being built. */
export const rebuildTables = async <Event>(
  projections: readonly AnyProjection<Event>[],
  dependencies: RebuildDependencies<Event>,
): Promise<readonly RebuildResult[]> => {
  const results: RebuildResult[] = []
  for (const projection of projections) {
    const about = { name: nameOf(projection), version: projection.version }
    try {
      results.push({ ...about, ...(await rebuildTable(projection, dependencies)) })
    } catch (error) {
      results.push({ ...about, failed: error instanceof Error ? error.message : String(error) })
    }
  }
  return results
}
