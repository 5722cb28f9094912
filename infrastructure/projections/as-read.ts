import type { AnyTable, Column, ColumnType, RowData } from './table.ts'

/** What a row's value becomes by being stored and read again; throws where that is not certain. */
type ReadBack = (value: unknown) => unknown

class Uncertain extends Error {
  override readonly name = 'Uncertain'
}

const uncertain = (): never => {
  throw new Uncertain()
}

const isNull = (value: unknown): value is null | undefined => value === null || value === undefined

/** As `jsonb` keeps the keys of an object: by their length in UTF-8, then byte by byte. */
const compareKeys = (a: string, b: string): number => {
  const [first, second] = [Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8')]
  return first.length - second.length || Buffer.compare(first, second)
}

const json: ReadBack = (value) => {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(json)
  const entries = Object.entries(value)
  if (entries.length > 1) entries.sort(([a], [b]) => compareKeys(a, b))
  return Object.fromEntries(entries.map(([key, inner]) => [key, json(inner)]))
}

/** In years that every reader writes with four digits; finer than a millisecond, PostgreSQL and a Date part ways. */
const time = /^[1-9]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$/
const canonicalTime = /^[1-9]\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/

const timestamp: ReadBack = (value) => {
  if (typeof value !== 'string' || !time.test(value)) return uncertain()
  if (canonicalTime.test(value)) return value
  const date = new Date(value)
  return Number.isNaN(date.getTime()) ? uncertain() : date.toISOString()
}

const isTexts = (value: unknown): value is readonly (string | null)[] =>
  Array.isArray(value) && value.every((item) => item === null || typeof item === 'string')

const readBacks: Readonly<Record<ColumnType, ReadBack>> = {
  text: (value) => (typeof value === 'string' ? value : uncertain()),
  boolean: (value) => (typeof value === 'boolean' ? value : uncertain()),
  bigint: (value) => (Number.isSafeInteger(value) ? value : uncertain()),
  timestamptz: timestamp,
  jsonb: json,
  'text[]': (value) => (isTexts(value) ? value : uncertain()),
}

// A column's name for its type is that type, or the type with ` null` behind it.
const typeOf = (column: Column): ColumnType => column.replace(/ null$/, '') as ColumnType

/** Answers the row that a read would give after this JSON was written; undefined where that is not certain, and it has to be read. */
export type AsRead = (stored: string) => RowData | undefined

export const asRead = (table: AnyTable): AsRead => {
  const columns = Object.entries(table.columns).map(
    ([property, column]) => [property, readBacks[typeOf(column)]] as const,
  )
  return (stored) => {
    // Only ever what was made of a row.
    const row = JSON.parse(stored) as RowData
    try {
      return Object.fromEntries(
        columns.map(([property, readBack]) => {
          const value = Object.hasOwn(row, property) ? row[property] : undefined
          return [property, isNull(value) ? null : readBack(value)]
        }),
      )
    } catch (error) {
      if (error instanceof Uncertain) return undefined
      throw error
    }
  }
}
