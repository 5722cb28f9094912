/** What the columns of read tables may be. `timestamptz` is an RFC 3339 text in UTC with milliseconds in a row, `bigint` a safe integer. */
export type ColumnType = 'text' | 'boolean' | 'bigint' | 'timestamptz' | 'jsonb' | 'text[]'
export type Column = ColumnType | `${ColumnType} null`

type ColumnFor<Value> = null extends Value ? `${ColumnType} null` : ColumnType

export type RowData = Readonly<Record<string, unknown>>

export type Index<Name extends string = string> = {
  readonly columns: readonly Name[]
  /**
   * `gin` for "contains" on arrays, `beginning` for how a text begins, and for all of it; else a b-tree, which is read in both directions.
   */
  readonly using?: 'gin' | 'beginning'
  readonly unique?: boolean
  /**
   * Only of rows in which this array is not empty, for queries that say `cardinality(…) > 0`. An update that changes the array writes
   * the table's indexes: for what few rows have, and seldom.
   */
  readonly whereNotEmpty?: Name
  /** Only of rows in which this column, which never changes, is not null: for a table with rows of two kinds. */
  readonly whereNotNull?: Name
}

/**
 * A read table. Its columns are named after the row's properties, in snake case. The engine makes the table and its statements from
 * this; `selectList` gives rows of exactly the declared type to whoever reads it.
 */
export type TableDefinition<Row> = {
  readonly name: string
  /** The primary key: a text. */
  readonly key: keyof Row & string
  readonly columns: { readonly [Name in keyof Row]-?: ColumnFor<Row[Name]> }
  readonly indexes?: readonly Index<keyof Row & string>[]
  /** Each row is made by one event that no other row shares, and stays as it is: none is ever read before it is written. */
  readonly appendOnly?: true
}

/** A table whose row type does not matter to whoever handles it. */
export type AnyTable = {
  readonly name: string
  readonly key: string
  readonly columns: Readonly<Record<string, Column>>
  readonly indexes?: readonly Index[]
  readonly appendOnly?: true
}

/** `placedAt` → `placed_at`. */
export const columnName = (property: string): string =>
  property.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

const typeOf = (column: Column): string => column.replace(/ null$/, '')

const expressionOf = (property: string, column: Column, alias: string): string => {
  const name = `${alias}"${columnName(property)}"`
  switch (typeOf(column)) {
    // As a number: the rows hold safe integers alone, and pg would answer a text.
    case 'bigint':
      return `${name}::float8`
    case 'timestamptz':
      return `to_char(${name} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
    default:
      return name
  }
}

/** For `select <list> from …`: every column under its property's name and in its row type. `alias` where the query has one. */
export const selectList = (table: AnyTable, alias?: string): string =>
  Object.entries(table.columns)
    .map(
      ([property, column]) =>
        `${expressionOf(property, column, alias === undefined ? '' : `${alias}.`)} as "${property}"`,
    )
    .join(', ')

export type IndexToMake = {
  /** What its name ends in, whichever of the tables under the name it is on. */
  readonly suffix: string
  /** `how` stands behind `create index`. */
  readonly statement: (name: string, physicalName: string, how?: 'concurrently') => string
}

const indexToMake = ({ columns, using, unique, whereNotEmpty, whereNotNull }: Index): IndexToMake => {
  const opclass = using === 'beginning' ? ' text_pattern_ops' : ''
  const list = columns.map((name) => `"${columnName(name)}"${opclass}`).join(', ')
  const only = whereNotEmpty ?? whereNotNull
  const column = only === undefined ? undefined : columnName(only)
  const holds = whereNotEmpty === undefined ? `"${column}" is not null` : `cardinality("${column}") > 0`
  const where = column === undefined ? '' : ` where ${holds}`
  // Else each search goes through a list of what has been written lately.
  const storage = using === 'gin' ? ' with (fastupdate = off)' : ''
  return {
    suffix: [...columns.map(columnName), ...(column === undefined ? [] : ['where', column])].join('_'),
    statement: (name, physicalName, how) =>
      `create ${unique === true ? 'unique ' : ''}index ${how === undefined ? '' : `${how} `}"${name}" on "${physicalName}" using ${using === 'gin' ? 'gin' : 'btree'} (${list})${storage}${where}`,
  }
}

/** All but that of the primary key. */
export const indexesToMake = (table: AnyTable): readonly IndexToMake[] => (table.indexes ?? []).map(indexToMake)

/**
 * The statements that make the table under a name of the moment. Names of constraints and indexes carry the generation, since they
 * are unique in a schema and the next table grows up beside this one.
 */
export const createStatements = (table: AnyTable, physicalName: string, generation: number): readonly string[] => {
  const columns = Object.entries(table.columns).map(
    ([property, column]) => `"${columnName(property)}" ${column.endsWith(' null') ? column : `${column} not null`}`,
  )
  const prefix = `${table.name}_g${generation}`
  const primaryKey = `constraint "${prefix}_pkey" primary key ("${columnName(table.key)}")`
  // Room in the pages, so that an update that touches no indexed column stays in its page and no index has to be written.
  const create = `create table "${physicalName}" (${[...columns, primaryKey].join(', ')}) with (fillfactor = 80)`
  const indexes = indexesToMake(table).map(({ suffix, statement }) => statement(`${prefix}_${suffix}`, physicalName))
  return [create, ...indexes]
}

/**
 * Rows by their keys: `$1` a text array. Each key is looked up by itself, which `offset 0` holds the planner to: `= any($1)`, planned while
 * the table was small, compares each row with each key, and prepared it would go on doing so while the table grows.
 */
export const selectByKeys = (table: AnyTable, physicalName: string): string => {
  const byKey = `select ${selectList(table)} from "${physicalName}" where "${columnName(table.key)}" = wanted.key offset 0`
  return `select found.* from unnest($1::text[]) as wanted(key), lateral (${byKey}) as found`
}

/**
 * Inserts or replaces whole rows, of which `rows` names the parameter: a JSON array. With `condition`, only where that holds. A row of
 * a table that is only added to is left as it is when it is there.
 */
export const upsert = (table: AnyTable, physicalName: string, rows = '$1', condition?: string): string => {
  const properties = Object.keys(table.columns)
  const names = properties.map((property) => `"${columnName(property)}"`)
  const key = columnName(table.key)
  const recordset = Object.entries(table.columns).map(([property, column]) => `"${property}" ${typeOf(column)}`)
  const assignments = names.filter((name) => name !== `"${key}"`).map((name) => `${name} = excluded.${name}`)
  return [
    `insert into "${physicalName}" (${names.join(', ')})`,
    `select ${properties.map((property) => `"${property}"`).join(', ')} from jsonb_to_recordset(${rows}::jsonb) as row(${recordset.join(', ')})`,
    ...(condition === undefined ? [] : [`where ${condition}`]),
    `on conflict ("${key}") do ${table.appendOnly === true ? 'nothing' : `update set ${assignments.join(', ')}`}`,
  ].join(' ')
}

/** `keys` names the parameter: a text array. With `condition`, only where that holds. */
export const deleteByKeys = (table: AnyTable, physicalName: string, keys = '$1', condition?: string): string =>
  `delete from "${physicalName}" where "${columnName(table.key)}" = any(${keys}::text[])${condition === undefined ? '' : ` and ${condition}`}`
