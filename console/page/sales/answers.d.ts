export type UnitsOfSku = { readonly sku: string; readonly unitsSold: number; readonly unitsGivenBack: number }

/** Amounts in minor units, written out: a sum may be more than a number holds exactly. */
export type SalesSums = {
  readonly placed: number
  readonly confirmed: number
  readonly rejected: number
  readonly cancelled: number
  readonly captured: string
  readonly refunded: string
  readonly chargedBack: string
  readonly net: string
  readonly unitsSold: number
  readonly unitsGivenBack: number
  readonly skus?: readonly UnitsOfSku[]
}

export type SalesOfCurrency = {
  readonly currency: string
  readonly total: SalesSums
  readonly rows: readonly (SalesSums & { readonly period: string })[]
}

export type SalesReport = {
  readonly groupBy: 'day' | 'month'
  readonly currencies: readonly SalesOfCurrency[]
  readonly stale?: true
}
