import { isGivenBack } from '../../domain/payments/state.ts'
import { isNothing, minus, noSums, plus, type Sums } from './sums.ts'
import type { OrderInSales } from './table.ts'

/** Where something is counted. SKU '': for all orders. */
export type Place = { readonly currency: string; readonly sku: string }
export type Counted = Place & { readonly sums: Sums }

type Money = { readonly amount: number; readonly currency: string }
type MoneySum = 'captured' | 'refunded' | 'chargedBack'

const allOrders = ''

const unitsGivenBackOf = ({ sold, status, refunds }: OrderInSales, sku: string, quantity: number): number => {
  if (!sold) return 0
  if (status === 'cancelled') return quantity
  const byLine = Object.values(refunds)
    .filter(isGivenBack)
    .flatMap(({ lines }) => lines)
    .filter((line) => line.sku === sku)
    .reduce((sum, line) => sum + line.quantity, 0)
  return Math.min(quantity, byLine)
}

const unitsOf = (
  order: OrderInSales,
): readonly (Pick<Sums, 'unitsSold' | 'unitsGivenBack'> & { readonly sku: string })[] =>
  order.lines.map(({ sku, quantity }) => ({
    sku,
    unitsSold: order.sold ? quantity : 0,
    unitsGivenBack: unitsGivenBackOf(order, sku, quantity),
  }))

/** In its own currency, which need not be the order's: it is what the provider moved. */
const movedOf = ({ charges, refunds, outside }: OrderInSales): readonly (Money & { readonly as: MoneySum })[] => [
  ...charges.map((charge) => ({ ...charge, as: 'captured' as const })),
  ...[
    ...Object.values(refunds).filter(isGivenBack),
    ...outside.refunds.filter(({ status }) => status === 'succeeded'),
  ].map((refund) => ({ ...refund, as: 'refunded' as const })),
  ...outside.disputes
    .filter(({ status }) => status === 'lost')
    .map((dispute) => ({ ...dispute, as: 'chargedBack' as const })),
]

const keyOf = ({ currency, sku }: Place): string => `${currency} ${sku}`

/** All that an order counts in, as it stands; each place once. */
export const countedOf = (order: OrderInSales, currency: string): readonly Counted[] => {
  const counted = new Map<string, Counted>()
  const count = (place: Place, sums: Partial<Sums>) => {
    const before = counted.get(keyOf(place))?.sums ?? noSums
    counted.set(keyOf(place), { ...place, sums: plus(before, { ...noSums, ...sums }) })
  }
  count(
    { currency, sku: allOrders },
    {
      placed: 1,
      confirmed: order.sold ? 1 : 0,
      rejected: order.status === 'rejected' ? 1 : 0,
      cancelled: order.status === 'cancelled' ? 1 : 0,
    },
  )
  for (const { sku, ...units } of unitsOf(order)) {
    count({ currency, sku }, units)
    count({ currency, sku: allOrders }, units)
  }
  for (const { amount, currency: moved, as } of movedOf(order))
    count({ currency: moved, sku: allOrders }, { [as]: BigInt(amount) })
  return [...counted.values()]
}

/**
 * What a step of an order adds to the day on which it was taken: what it counts in after it, less what it did before. So all days
 * together come to what all orders stand at, whatever they went through; what is taken back later lowers the later day.
 */
export const addedBy = (before: readonly Counted[], after: readonly Counted[]): readonly Counted[] => {
  const known = new Map(before.map((counted) => [keyOf(counted), counted]))
  const still = new Set(after.map(keyOf))
  const gone = before.filter((counted) => !still.has(keyOf(counted)))
  return [
    ...after.map(({ sums, ...place }) => ({ ...place, sums: minus(sums, known.get(keyOf(place))?.sums ?? noSums) })),
    ...gone.map(({ sums, ...place }) => ({ ...place, sums: minus(noSums, sums) })),
  ].filter(({ sums }) => !isNothing(sums))
}
