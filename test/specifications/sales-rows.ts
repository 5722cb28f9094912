import type { SalesRow } from '../../projections/sales/table.ts'

/** A row of sums: what was counted on a day in a currency, of one SKU or of all orders. */
export const sumsOf = (
  day: string,
  currency: string,
  sums: Partial<Omit<SalesRow, 'key' | 'day' | 'currency' | 'sku' | 'order'>>,
  sku = '',
): SalesRow => ({
  key: `${day} ${currency} ${sku}`,
  day,
  currency,
  sku,
  placed: 0,
  confirmed: 0,
  rejected: 0,
  cancelled: 0,
  unitsSold: 0,
  unitsGivenBack: 0,
  captured: '0',
  refunded: '0',
  chargedBack: '0',
  order: null,
  ...sums,
})
