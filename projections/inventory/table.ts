import type { TableDefinition } from '../../infrastructure/projections/table.ts'

/** How much there is of a SKU. Available = onHand − reserved. */
export type StockRow = {
  readonly sku: string
  readonly onHand: number
  readonly reserved: number
  /** Of the stream `stock-{sku}`. */
  readonly revision: number
}

export const stockTable: TableDefinition<StockRow> = {
  name: 'stock',
  key: 'sku',
  columns: { sku: 'text', onHand: 'bigint', reserved: 'bigint', revision: 'bigint' },
}
