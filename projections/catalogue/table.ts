import type { TableDefinition } from '../../infrastructure/projections/table.ts'

/**
 * What can be ordered, at which price (minor units of `currency`). Whether it can be had is asked of the stock table beside it:
 * `left join stock using (sku)`, not discontinued and on_hand > reserved. Both are written in one transaction.
 */
export type ProductRow = {
  readonly sku: string
  readonly name: string
  readonly price: number
  readonly currency: string
  readonly discontinued: boolean
  /** Of the stream `product-{sku}`. */
  readonly revision: number
}

export const productsTable: TableDefinition<ProductRow> = {
  name: 'products',
  key: 'sku',
  columns: {
    sku: 'text',
    name: 'text',
    price: 'bigint',
    currency: 'text',
    discontinued: 'boolean',
    revision: 'bigint',
  },
}
