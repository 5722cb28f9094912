import type { ShopEvent } from '../../domain/registry.ts'
import { salesProjection } from '../../projections/sales/projection.ts'
import type { SalesRow } from '../../projections/sales/table.ts'
import { createReadModels } from '../simulation/read-models.ts'
import { recordedOf } from './projection.ts'

/** `at`: a day, or a time. */
export type Happened = readonly [at: string, ...events: readonly ShopEvent[]]

/** The rows of sales after all that has happened, in batches of so many events. */
export const salesOf = (happened: readonly Happened[], batch = Infinity): readonly SalesRow[] => {
  const dated = happened.flatMap(([at, ...events]) => events.map((event) => ({ at: new Date(at), event })))
  const recorded = recordedOf(dated.map(({ event }) => event)).map((one, n) => ({
    ...one,
    created: dated[n]?.at ?? one.created,
  }))
  const models = createReadModels([salesProjection])
  for (let from = 0; from < recorded.length; from += batch) models.fold(recorded.slice(from, from + batch))
  if (models.failures().length > 0) throw new Error(models.failures().join('\n'))
  // Rows of this one table.
  return [...(models.tables().get('sales')?.values() ?? [])] as unknown as readonly SalesRow[]
}
