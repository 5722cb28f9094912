import type { Replaced } from '../beside-options.ts'
import { projectionProgress } from '../progress.ts'
import { nameOf, type AnyProjection } from '../projection.ts'
import { rebuildProjection } from '../rebuild.ts'
import type { ReplaceDependencies } from './replace-dependencies.ts'

export type RebuildDependencies<Event> = ReplaceDependencies<Event> & {
  readonly setsAside: boolean
  readonly dryRun?: boolean
}

export type RebuildResult = { readonly name: string; readonly version: number } & (
  | Replaced
  | { readonly failed: string }
)

/** @throws ReplacementUnderWay, ReplacementRefused, FoldFault */
export const rebuildTable = async <Event>(
  projection: AnyProjection<Event>,
  { store, sourceOf, onProgress, ...dependencies }: RebuildDependencies<Event>,
): Promise<Replaced> => {
  const name = nameOf(projection)
  const live = (await projectionProgress(dependencies.pool)).find((progress) => progress.name === name)
  const end = Number(live?.position?.commit ?? 0n)
  return rebuildProjection({
    ...dependencies,
    projection,
    source: sourceOf(store, dependencies.logger),
    holds: (position) => store.holds(position),
    onProgress: (events, position) => onProgress(events, end === 0 ? 1 : Math.min(1, Number(position.commit) / end)),
  })
}

/** One after the other; one that fails does not keep the rest from being built. */
export const rebuildTables = async <Event>(
  projections: readonly AnyProjection<Event>[],
  {
    onProgress,
    onVerifying,
    ...dependencies
  }: Omit<RebuildDependencies<Event>, 'onProgress' | 'onVerifying'> & {
    readonly onProgress: (name: string, events: number, share: number) => void
    readonly onVerifying?: (name: string) => void
  },
): Promise<readonly RebuildResult[]> => {
  const results: RebuildResult[] = []
  for (const projection of projections) {
    const about = { name: nameOf(projection), version: projection.version }
    try {
      const rebuilt = await rebuildTable(projection, {
        ...dependencies,
        onProgress: (events, share) => onProgress(about.name, events, share),
        onVerifying: () => onVerifying?.(about.name),
      })
      results.push({ ...about, ...rebuilt })
    } catch (error) {
      results.push({ ...about, failed: error instanceof Error ? error.message : String(error) })
    }
  }
  return results
}
