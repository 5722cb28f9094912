import type { ShopEvent } from '../../domain/registry.ts'
import type { Recorded } from '../../infrastructure/event-store/codec.ts'
import type { StoredEvent } from '../../infrastructure/event-store/port.ts'
import { asRead } from '../../infrastructure/projections/as-read.ts'
import { foldBatch, plan, type ReadEvent } from '../../infrastructure/projections/fold.ts'
import { foldPassedOn, planPassedOn } from '../../infrastructure/projections/passed-on.ts'
import type { AnyProjection, RowData } from '../../infrastructure/projections/projection.ts'
import { storableJson } from '../../infrastructure/projections/storable.ts'

export type Tables = ReadonlyMap<string, ReadonlyMap<string, RowData>>

/** Read tables in memory, folded batch by batch with the engine's own fold: what the tables should be. */
export type ReadModels = {
  /** Folds these events, which follow the last ones, as one batch. */
  fold(events: readonly Recorded<ShopEvent>[]): void
  tables(): Tables
  /** Folds that threw; there should be none. */
  failures(): readonly string[]
}

const stored = ({ event, ...recorded }: Recorded<ShopEvent>): StoredEvent => ({
  ...recorded,
  type: event.type,
  data: event,
})

export const createReadModels = (projections: readonly AnyProjection<ShopEvent>[]): ReadModels => {
  const tables = new Map(projections.map((projection) => [projection.table.name, new Map<string, RowData>()]))
  const failures: string[] = []
  const readBacks = new Map(projections.map(({ table }) => [table.name, asRead(table)]))

  return {
    fold(events) {
      const read = events.map((recorded): ReadEvent<ShopEvent> => ({ stored: stored(recorded), recorded }))
      for (const projection of projections) {
        const rows = tables.get(projection.table.name) ?? new Map<string, RowData>()
        const { changes: ofEvents, passedOn } = foldBatch(
          projection,
          plan(projection, read, undefined, new Set()),
          rows,
        )
        const changes = foldPassedOn(projection, ofEvents, planPassedOn(passedOn, new Set()).steps, rows)
        const readBack = readBacks.get(projection.table.name)
        // As PostgreSQL would answer it: what does not survive being stored is not in the row.
        for (const [key, row] of changes.upserts) rows.set(key, readBack?.(storableJson(row)) ?? row)
        for (const key of changes.deletes) rows.delete(key)
        for (const { key, error } of changes.failures)
          failures.push(`${projection.table.name} ${key}: ${String(error)}`)
      }
    },
    tables: () => tables,
    failures: () => failures,
  }
}
