import { columnName } from '../../infrastructure/projections/table.ts'
import { salesTable } from '../../projections/sales/table.ts'
import { lookOf, lookText, type Look, type LookText } from '../look.ts'

export type Grouping = 'day' | 'month'

/** `from` and `to`: days, `2026-03-01`, both part of the period. */
export type Period = {
  readonly from: string
  readonly to: string
  readonly groupBy: Grouping
  readonly bySku: boolean
}

/** Sums of a day or a month in one currency: of one SKU, or (SKU '') of all orders. Amounts are whole numbers written out. */
export type SalesSum = {
  readonly period: string
  readonly currency: string
  readonly sku: string
  readonly placed: number
  readonly confirmed: number
  readonly rejected: number
  readonly cancelled: number
  readonly captured: string
  readonly refunded: string
  readonly chargedBack: string
  readonly unitsSold: number
  readonly unitsGivenBack: number
}

/** One is always there: without sums, where there are none, all of them null. `incomplete`: something is not in them. */
export type SalesFound = (SalesSum | { readonly [Name in keyof SalesSum]: null }) & { readonly incomplete: boolean }

const counts = ['placed', 'confirmed', 'rejected', 'cancelled', 'unitsSold', 'unitsGivenBack'] as const
const amounts = ['captured', 'refunded', 'chargedBack'] as const

/** A sum of amounts can be more than a number holds exactly, and than eight bytes do: it is text. */
const summed = [
  ...counts.map((name) => `sum(${columnName(name)})::float8 as "${name}"`),
  ...amounts.map((name) => `sum(${columnName(name)}::numeric)::text as "${name}"`),
].join(', ')

const table = salesTable.name

/** Of an order that cannot be understood, and of sums that cannot be written, not all is in here. */
const incomplete = `(select exists (select from projection_failures where name = '${table}') as incomplete)`

const textOf = (groupBy: Grouping, bySku: boolean): LookText => {
  const sums = `select ${groupBy === 'day' ? 'day' : 'left(day, 7)'} as period, currency, sku, ${summed}
    from ${table} where day between $1 and $2 ${bySku ? '' : "and sku = ''"} group by 1, 2, 3 limit $3`
  return lookText({
    tables: [table],
    rows: `select known.incomplete, sums.* from ${incomplete} as known left join (${sums}) as sums on true`,
    orderBy: 'currency, period, sku',
  })
}

const texts = {
  day: { all: textOf('day', false), bySku: textOf('day', true) },
  month: { all: textOf('month', false), bySku: textOf('month', true) },
} as const

/** By currency, day or month, and SKU: at most so many sums, whichever they are where there are more. */
export const salesOf = ({ from, to, groupBy, bySku }: Period, limit: number): Look<SalesFound> => {
  const kind = bySku ? 'bySku' : 'all'
  return lookOf(texts[groupBy][kind], [from, to, limit], `sales ${groupBy} ${kind}`)
}
