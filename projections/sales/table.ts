import type { OrderStatus } from '../../domain/orders/status.ts'
import type { OutsideMoney } from '../../domain/payments/outside-money.ts'
import type { Charge, RefundStatus } from '../../domain/payments/state.ts'
import type { TableDefinition } from '../../infrastructure/projections/table.ts'
import type { Sums } from './sums.ts'

export type SoldLine = { readonly sku: string; readonly quantity: number }

/** One refund of ours; the latest attempt's word holds. */
export type RefundInSales = {
  readonly attempt: number
  readonly amount: number
  readonly currency: string
  readonly status: RefundStatus
  /** What it gives back, where it was asked for by line. */
  readonly lines: readonly SoldLine[]
}

/** What has to be known of an order, so that what happens to it next can be counted: its events name neither currency nor lines again. */
export type OrderInSales = {
  readonly status: OrderStatus
  /** It was confirmed, whatever has become of it since. */
  readonly sold: boolean
  /** Each SKU once. */
  readonly lines: readonly SoldLine[]
  readonly charges: readonly Charge[]
  readonly refunds: Readonly<Record<string, RefundInSales>>
  readonly outside: OutsideMoney
}

/** Amounts are whole numbers written out: over all orders of a day they may be more than a number holds exactly. */
type StoredSums = Omit<Sums, 'captured' | 'refunded' | 'chargedBack'> & {
  readonly captured: string
  readonly refunded: string
  readonly chargedBack: string
}

/**
 * Two kinds of rows. Sums: what was counted on a day in a currency, of one SKU or (SKU '') of all orders; SKUs have units alone. And an
 * order's own, which counts nothing itself: the fold's memory, not for showing.
 */
export type SalesRow = StoredSums & {
  /** Of sums, day, currency and SKU; else the order's id. */
  readonly key: string
  /** Of the event store's clock, in UTC: `2026-03-01`. Null for an order's own row. */
  readonly day: string | null
  readonly currency: string
  readonly sku: string | null
  readonly order: OrderInSales | null
}

export const salesTable: TableDefinition<SalesRow> = {
  name: 'sales',
  key: 'key',
  columns: {
    key: 'text',
    day: 'text null',
    currency: 'text',
    sku: 'text null',
    placed: 'bigint',
    confirmed: 'bigint',
    rejected: 'bigint',
    cancelled: 'bigint',
    unitsSold: 'bigint',
    unitsGivenBack: 'bigint',
    captured: 'text',
    refunded: 'text',
    chargedBack: 'text',
    order: 'jsonb null',
  },
  indexes: [
    // SKU first: the sums of all orders, which most reports are made of, lie together, however many products there are.
    { columns: ['sku', 'day'], whereNotNull: 'day' },
    { columns: ['day'], whereNotNull: 'day' },
  ],
}
