import { selectList } from '../../infrastructure/projections/table.ts'
import { productsTable, type ProductRow } from '../../projections/catalogue/table.ts'
import { stockTable } from '../../projections/inventory/table.ts'
import { lookOf, lookText, type Look } from '../look.ts'
import { isStale, type Stale } from '../stale.ts'

export type ProductWithStock = ProductRow & Stale & { readonly available: boolean }

// Without stock there is nothing to be had. What is told of a product is as old as the older of the two.
const select = `select ${selectList(productsTable, 'p')}, not p.discontinued and coalesce(s.on_hand > s.reserved, false) as available,
    ${isStale(productsTable.name, 'p.sku')} or ${isStale(stockTable.name, 'p.sku')} as stale
  from products p left join stock s on s.sku = p.sku`

const tables = [productsTable.name, stockTable.name]
const oneProduct = lookText({ tables, rows: `${select} where p.sku = $1` })
const somePage = lookText({ tables, rows: `${select} where p.sku > $1 order by p.sku limit $2`, orderBy: '"sku"' })

export const findProduct = (sku: string): Look<ProductWithStock> => lookOf(oneProduct, [sku], 'product')

/** By SKU, after `after`; one more than `limit` where there is one. */
export const listProducts = ({
  after = '',
  limit,
}: {
  readonly after: string | undefined
  readonly limit: number
}): Look<ProductWithStock> => lookOf(somePage, [after, limit + 1], 'products')
