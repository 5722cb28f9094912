import { selectList } from '../../infrastructure/projections/table.ts'
import { stockTable, type StockRow } from '../../projections/inventory/table.ts'
import { lookOf, lookText, type Look } from '../look.ts'
import { isStale, type Stale } from '../stale.ts'

export type StockLevel = StockRow & Stale

const select = `select ${selectList(stockTable, 's')}, ${isStale(stockTable.name, 's.sku')} as stale from stock s`
const tables = [stockTable.name]
const oneLevel = lookText({ tables, rows: `${select} where s.sku = $1` })
const somePage = lookText({ tables, rows: `${select} where s.sku > $1 order by s.sku limit $2`, orderBy: '"sku"' })

export const findStock = (sku: string): Look<StockLevel> => lookOf(oneLevel, [sku], 'stock level')

/** By SKU, after `after`; one more than `limit` where there is one. */
export const listStock = ({
  after = '',
  limit,
}: {
  readonly after: string | undefined
  readonly limit: number
}): Look<StockLevel> => lookOf(somePage, [after, limit + 1], 'stock levels')
