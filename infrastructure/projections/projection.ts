import type { Recorded } from '../event-store/codec.ts'
import type { StoredEvent } from '../event-store/port.ts'
import type { Fields } from '../observability/logger.ts'
import type { AnyTable, RowData, TableDefinition } from './table.ts'

export type { AnyTable, Column, ColumnType, Index, RowData, TableDefinition } from './table.ts'

/** A line for the log. */
export type Told = { readonly message: string; readonly fields: Fields }

/**
 * What a step of one row means for another row of the table, which no event names: a sum that the first one counts in. `evolve` is given
 * that other row, and is pure and total as a projection's own.
 */
export type PassedOn<Row> = { readonly key: string; evolve(row: Row | undefined): Row | 'same' }

/**
 * A read model: rows, each folded from the events that carry its key. Pure: no clock, no I/O, nothing remembered between calls.
 * The engine owns the rest: order, batches, exactly once, checkpoints, rebuild.
 */
export type Projection<Row, Event> = {
  readonly table: TableDefinition<Row>
  /** Goes up whenever the same events would now give another table: columns, meaning, fold. A new version is built anew. */
  readonly version: number
  /** Prefixes of the streams it looks at, with the `-`: `order-`. */
  readonly streamPrefixes: readonly string[]
  /** The rows the event has to do with; `[]` for none. */
  keys(recorded: Recorded<Event>): readonly string[]
  /**
   * Rows to set aside when the event cannot be decoded, so that nothing is told of them that may be wrong. Left out: what follows the
   * first `-` in the stream's name.
   */
  keysWhenUnreadable?(stored: StoredEvent): readonly string[]
  /**
   * No event before this one can have made a row under the key, so that none is looked for. Only where that is certain: a row that is
   * there all the same would be lost.
   */
  begins?(recorded: Recorded<Event>, key: string): boolean
  /** Total: an event that cannot apply is `'same'`. The row's key column must equal `key`. */
  evolve(row: Row | undefined, recorded: Recorded<Event>, key: string): Row | 'same' | 'delete'
  /**
   * What a step that changes the row means for rows of sums, which lie beside it in the table: written with it, or not at all. Asked only
   * where `evolve` has changed something, so that what is folded twice is passed on once. A row takes events or what is passed on to it,
   * never both, and what is passed on must come to the same in any order.
   */
  passesOn?(before: Row | undefined, next: Row | 'delete', recorded: Recorded<Event>): readonly PassedOn<Row>[]
  /**
   * What the log is told of a step that changes the row: `before` is the row as it was, `next` what `evolve` has made of it. Told once
   * the step is written, and not in a rebuild.
   */
  tells?(before: Row | undefined, next: Row | 'delete', recorded: Recorded<Event>): Told | undefined
}

/** A projection whose row type does not matter to whoever handles it: what the engine and the registry hold. */
export type AnyProjection<Event> = {
  readonly table: AnyTable
  readonly version: number
  readonly streamPrefixes: readonly string[]
  keys(recorded: Recorded<Event>): readonly string[]
  keysWhenUnreadable?(stored: StoredEvent): readonly string[]
  begins?(recorded: Recorded<Event>, key: string): boolean
  evolve(row: RowData | undefined, recorded: Recorded<Event>, key: string): RowData | 'same' | 'delete'
  passesOn?(
    before: RowData | undefined,
    next: RowData | 'delete',
    recorded: Recorded<Event>,
  ): readonly PassedOn<RowData>[]
  tells?(before: RowData | undefined, next: RowData | 'delete', recorded: Recorded<Event>): Told | undefined
}

/** The name of a projection is that of its table. */
export const nameOf = (projection: { readonly table: { readonly name: string } }): string => projection.table.name

/** It is the first event of the stream that the prefix and the key name: the usual way in which a row begins. */
export const opensStream = ({ stream, revision }: Recorded<unknown>, prefix: string, key: string): boolean =>
  revision === 0n && stream === `${prefix}${key}`
