import { stringify } from 'csv-stringify/sync'
import type { SalesReport } from './sales-view.ts'

export const csvType = 'text/csv'

/** Whether CSV is asked for, rather than JSON. */
export const wantsCsv = (accept: string | undefined): boolean => /(^|,)\s*text\/csv\s*(;|,|$)/i.test(accept ?? '')

const counts = ['placed', 'confirmed', 'rejected', 'cancelled'] as const
const amounts = ['captured', 'refunded', 'chargedBack', 'net'] as const
const units = ['unitsSold', 'unitsGivenBack'] as const

const columns = ['period', 'currency', ...counts, ...amounts, ...units]
const columnsBySku = ['period', 'currency', 'sku', ...units]

/**
 * A line for each day or month and currency, or for each SKU of them: by the columns' names, amounts in minor units. A text that a
 * spreadsheet would take for a formula has an apostrophe in front; numbers are as they are.
 */
export const csvOf = ({ currencies }: SalesReport, bySku: boolean): string => {
  const lines = currencies.flatMap(({ currency, rows }) =>
    rows.flatMap(({ period, skus = [], ...row }): readonly (string | number | bigint)[][] =>
      bySku
        ? skus.map((one) => [period, currency, one.sku, ...units.map((name) => one[name])])
        : [
            [
              period,
              currency,
              ...counts.map((name) => row[name]),
              ...amounts.map((name) => BigInt(row[name])),
              ...units.map((name) => row[name]),
            ],
          ],
    ),
  )
  return stringify([bySku ? columnsBySku : columns, ...lines], { record_delimiter: 'windows', escape_formulas: true })
}
