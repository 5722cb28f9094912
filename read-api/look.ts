import { positionFromText, type Position } from '../infrastructure/event-store/position.ts'
import { queryPrepared } from '../infrastructure/postgres/prepared.ts'
import type { Database } from './database.ts'
import { leastOf } from './freshness.ts'
import { standsStill } from './stale.ts'

/** Rows, and how far the tables are that they come from: the least of them, undefined before the first event. */
export type Found<Row> = {
  readonly position: Position | undefined
  readonly rows: readonly Row[]
  /** One of the tables stands still: what is not there may have happened all the same. */
  readonly standsStill?: boolean
}

/** Something that is to be asked of these tables. */
export type Look<Row> = {
  readonly tables: readonly string[]
  readonly ask: (database: Database) => Promise<Found<Row>>
}

export type LookParts = {
  readonly tables: readonly string[]
  /** A query of rows, each of them of one property or more. */
  readonly rows: string
  /** The order of the rows, by their properties. */
  readonly orderBy?: string
}

/** The text of a statement that answers the rows and the tables' positions, all of one moment. */
export type LookText = { readonly tables: readonly string[]; readonly text: string }

const positionOf = (table: string, place: number) =>
  `(select position from projection_checkpoints where name = '${table}') as "position ${place}"`

/** Also without any row it answers one, with the positions. */
export const lookText = ({ tables, rows, orderBy }: LookParts): LookText => ({
  tables,
  text: `select ${tables.map(positionOf).join(', ')}, ${standsStill(tables)} as "stands still", found.*
    from (select) as once left join (select true as "is there", wanted.* from (${rows}) as wanted) as found on true
    ${orderBy === undefined ? '' : `order by ${orderBy}`}`,
})

type Answered = {
  readonly [property: string]: unknown
  readonly 'is there': boolean | null
  readonly 'stands still': boolean
}

const foundIn = <Row>(tables: readonly string[], rows: readonly Answered[]): Found<Row> => {
  const [first] = rows
  const positions = tables.map((_table, place) => {
    const text = first?.[`position ${place}`]
    return typeof text === 'string' ? positionFromText(text) : undefined
  })
  // What the query of the rows answers is declared where it is written.
  return {
    position: leastOf(positions),
    standsStill: first?.['stands still'] === true,
    rows: first?.['is there'] === true ? (rows as readonly unknown[] as readonly Row[]) : [],
  }
}

/** With a name it is a prepared statement: one text a name. */
export const lookOf = <Row>({ tables, text }: LookText, values: unknown[], name?: string): Look<Row> => ({
  tables,
  ask: async (database) => {
    const { rows } = await (name === undefined
      ? database.query<Answered>(text, values)
      : database.ask((pool) => queryPrepared<Answered>(pool, { name, text, values })))
    return foundIn<Row>(tables, rows)
  },
})
