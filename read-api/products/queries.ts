import { selectList } from '../../infrastructure/projections/table.ts'
import { productsTable, type ProductRow } from '../../projections/products/table.ts'
import type { Database } from '../database.ts'

export type ProductWithStock = ProductRow & { readonly available: boolean }

// Without stock there is nothing to be had.
const select = `select ${selectList(productsTable, 'p')}, not p.discontinued and coalesce(s.on_hand > s.reserved, false) as available
  from products p left join stock s on s.sku = p.sku`

export const findProduct = async (database: Database, sku: string): Promise<ProductWithStock | undefined> => {
  const { rows } = await database.query<ProductWithStock>(`${select} where p.sku = $1`, [sku])
  return rows[0]
}

/** By SKU, after `after`; one more than `limit` where there is one. */
export const listProducts = async (database: Database, { after = '', limit }: { readonly after: string | undefined; readonly limit: number }) => {
  const { rows } = await database.query<ProductWithStock>(`${select} where p.sku > $1 order by p.sku limit $2`, [after, limit + 1])
  return rows
}
