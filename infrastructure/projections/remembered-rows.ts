import { asRead, type AsRead } from './as-read.ts'
import type { AnyTable, RowData } from './table.ts'

/** `undefined` as a value: it is known that there is no such row. */
export type KnownRows = ReadonlyMap<string, RowData | undefined>

/**
 * What the tables are known to hold, so that it need not be read again. Good for as long as whoever writes them writes alone and
 * everything it wrote has been confirmed: one round of the engine. Whatever is in doubt is forgotten.
 */
export type RememberedRows = {
  /** Those of the keys of which something is known. */
  known(table: AnyTable, keys: readonly string[]): KnownRows
  /** The row as the JSON that was written. */
  wrote(table: AnyTable, key: string, stored: string): void
  /** There is no such row. */
  absent(table: AnyTable, key: string): void
  forgetAll(): void
  /** In characters of JSON, and of the keys. */
  readonly length: number
  readonly rows: number
}

export type RememberedRowsOptions = { readonly maxRows?: number; readonly maxLength?: number }

/** The rows that were used last, kept as the text that was written: a fraction of what the objects would take. */
export const createRememberedRows = ({
  maxRows = 20_000,
  maxLength = 16_000_000,
}: RememberedRowsOptions = {}): RememberedRows => {
  /** Least recently used first. Undefined for a row that is not there. */
  const rows = new Map<string, string | undefined>()
  const readers = new Map<AnyTable, AsRead>()
  let length = 0

  const readerOf = (table: AnyTable): AsRead => {
    const found = readers.get(table) ?? asRead(table)
    readers.set(table, found)
    return found
  }

  // No name of a table holds a blank.
  const idOf = (table: AnyTable, key: string): string => `${table.name} ${key}`

  const drop = (id: string): void => {
    if (!rows.has(id)) return
    length -= id.length + (rows.get(id)?.length ?? 0)
    rows.delete(id)
  }

  const put = (id: string, stored: string | undefined): void => {
    drop(id)
    rows.set(id, stored)
    length += id.length + (stored?.length ?? 0)
    for (const oldest of rows.keys()) {
      if (rows.size <= maxRows && length <= maxLength) break
      drop(oldest)
    }
  }

  return {
    known(table, keys) {
      const found = new Map<string, RowData | undefined>()
      const read = readerOf(table)
      for (const key of keys) {
        const id = idOf(table, key)
        if (!rows.has(id)) continue
        const stored = rows.get(id)
        const row = stored === undefined ? undefined : read(stored)
        if (stored !== undefined && row === undefined) continue
        found.set(key, row)
        put(id, stored)
      }
      return found
    },
    wrote: (table, key, stored) => {
      put(idOf(table, key), stored)
    },
    absent: (table, key) => {
      put(idOf(table, key), undefined)
    },
    forgetAll() {
      rows.clear()
      length = 0
    },
    get length() {
      return length
    },
    get rows() {
      return rows.size
    },
  }
}
