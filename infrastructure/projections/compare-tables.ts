import type { Queryable } from '../postgres/pool.ts'
import { columnName, type AnyTable } from './table.ts'
import { keysNamed, type Verification } from './verification.ts'

type Column = { readonly name: string; readonly type: string; readonly isKey: boolean }

/** As the database has them: the live table may be of a version that no program here knows any more. */
const columnsOf = async (database: Queryable, physicalName: string): Promise<readonly Column[]> =>
  (
    await database.query<Column>(
      `select a.attname as name, format_type(a.atttypid, a.atttypmod) as type,
              coalesce(a.attnum = any(x.indkey), false) as "isKey"
       from pg_attribute a left join pg_index x on x.indrelid = a.attrelid and x.indisprimary
       where a.attrelid = to_regclass(quote_ident($1)) and a.attnum > 0 and not a.attisdropped order by a.attnum`,
      [physicalName],
    )
  ).rows

type Found = { readonly count: number; readonly keys: string[] }
const none: Found = { count: 0, keys: [] }
type FoundKind = Found & { readonly kind: 'onlyLive' | 'onlyNew' | 'different' }

/** Rows are joined by their keys and compared as a whole; what is found is counted and its first keys taken in the database. */
const statement = (live: string, beside: string, key: string, columns: readonly string[]): string => {
  const of = (alias: string) => `row(${columns.map((name) => `${alias}."${name}"`).join(', ')})`
  const differs = columns.length === 0 ? 'false' : `${of('built')} is distinct from ${of('live')}`
  return `
    with differing as (
      select coalesce(built."${key}", live."${key}") as key,
             case when built."${key}" is null then 'onlyLive' when live."${key}" is null then 'onlyNew' else 'different' end as kind
      from "${beside}" built full join "${live}" live on built."${key}" = live."${key}"
      where built."${key}" is null or live."${key}" is null or ${differs}
    ), ranked as (
      select key, kind, row_number() over (partition by kind order by key) as place, count(*) over (partition by kind) as count
      from differing
    )
    select kind, count::float8 as count, array_agg(key order by key) as keys
    from ranked where place <= ${keysNamed} group by kind, count`
}

/**
 * How the rows of one table differ from those of another. Of the columns those are compared that both have, of the same type. The
 * database joins and counts, within its own limits of memory; twenty keys of each kind are all that is read.
 */
export const compareTables = async (
  database: Queryable,
  { table, live, beside }: { readonly table: AnyTable; readonly live: string; readonly beside: string },
): Promise<Verification> => {
  const [ofLive, ofNew] = [await columnsOf(database, live), await columnsOf(database, beside)]
  const missingIn = (columns: readonly Column[], { name, type }: Column): boolean =>
    !columns.some((column) => column.name === name && column.type === type)
  const key = columnName(table.key)
  if (!ofLive.some(({ name, type, isKey }) => isKey && name === key && type === 'text'))
    return { compared: false, reason: `the rows of the live table have another key than ${key}` }

  const shared = ofNew.filter((column) => column.name !== key && !missingIn(ofLive, column)).map(({ name }) => name)
  const { rows: found } = await database.query<FoundKind>(statement(live, beside, key, shared))
  const { rows: counted } = await database.query<{ count: number }>(`select count(*)::float8 as count from "${live}"`)
  const foundOf = (kind: FoundKind['kind']): Found => {
    const { count, keys } = found.find((one) => one.kind === kind) ?? none
    return { count, keys }
  }
  const onlyNew = foundOf('onlyNew')
  return {
    compared: true,
    rows: (counted[0]?.count ?? 0) + onlyNew.count,
    onlyLive: foundOf('onlyLive'),
    onlyNew,
    different: foundOf('different'),
    columnsAdded: ofNew.filter((column) => missingIn(ofLive, column)).map(({ name }) => name),
    columnsDropped: ofLive.filter((column) => missingIn(ofNew, column)).map(({ name }) => name),
  }
}
