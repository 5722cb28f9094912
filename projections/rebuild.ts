import { shopEvents, type ShopEvent } from '../domain/registry.ts'
import { createCodec } from '../infrastructure/event-store/codec.ts'
import type { AllSubscriber } from '../infrastructure/event-store/port.ts'
import type { Logger } from '../infrastructure/observability/logger.ts'
import type { Pool } from '../infrastructure/postgres/pool.ts'
import { projectionProgress } from '../infrastructure/projections/progress.ts'
import { nameOf, type AnyProjection } from '../infrastructure/projections/projection.ts'
import { rebuildProjection, type Rebuilt } from '../infrastructure/projections/rebuild.ts'
import { shopProjections } from './registry.ts'
import { catchUpSource } from './source.ts'

export type RebuildDependencies = {
  readonly store: AllSubscriber
  readonly pool: Pool
  readonly databaseUrl: string
  readonly logger: Logger
  readonly signal: AbortSignal
  /** `share`: of the way to where the live table was at the beginning, 0 to 1. */
  readonly onProgress: (name: string, events: number, share: number) => void
}

export type RebuildResult = ({ readonly name: string; readonly version: number }) & (Rebuilt | { readonly failed: string })

export const projectionNames = (): readonly string[] => shopProjections.map(nameOf)

const rebuildOne = async (
  projection: AnyProjection<ShopEvent>,
  { store, onProgress, ...dependencies }: RebuildDependencies,
): Promise<Rebuilt> => {
  const name = nameOf(projection)
  const live = (await projectionProgress(dependencies.pool)).find((progress) => progress.name === name)
  const end = Number(live?.position?.commit ?? 0n)
  return rebuildProjection({
    ...dependencies,
    projection,
    decoder: createCodec(shopEvents),
    source: catchUpSource(store, dependencies.logger),
    onProgress: (events, position) => onProgress(name, events, end === 0 ? 1 : Math.min(1, Number(position.commit) / end)),
  })
}

/** One after the other; one that fails does not keep the rest from being built. */
export const rebuildTables = async (names: readonly string[], dependencies: RebuildDependencies): Promise<readonly RebuildResult[]> => {
  const results: RebuildResult[] = []
  for (const projection of shopProjections.filter((known) => names.includes(nameOf(known)))) {
    const about = { name: nameOf(projection), version: projection.version }
    try {
      results.push({ ...about, ...(await rebuildOne(projection, dependencies)) })
    } catch (error) {
      results.push({ ...about, failed: error instanceof Error ? error.message : String(error) })
    }
  }
  return results
}
