import { z } from 'zod'
import { staleField, staleIn } from '../stale.ts'
import type { Period, SalesFound, SalesSum } from './queries.ts'

const amount = z
  .string()
  .regex(/^-?\d+$/)
  .meta({
    description: 'Minor units, written out: a sum of many amounts can be more than a JSON number holds exactly',
  })
const units = {
  unitsSold: z.int().meta({ description: 'Of orders that were confirmed' }),
  unitsGivenBack: z.int().meta({
    description:
      'By cancelling a confirmed order, or by a refund that names its lines; less what came to be taken back',
  }),
}

const unitsOfSku = z.strictObject({ sku: z.string(), ...units })

const sums = {
  placed: z.int(),
  confirmed: z.int(),
  rejected: z.int(),
  cancelled: z.int(),
  captured: amount.meta({ description: 'All that was taken: also twice, or another amount than the order costs' }),
  refunded: amount.meta({
    description:
      'All that was given back, by us, by hand or in the provider’s own dashboard; less refunds that failed afterwards',
  }),
  chargedBack: amount.meta({
    description: 'What customers’ banks took by disputes that were lost; less those won after all',
  }),
  net: amount.meta({ description: 'captured − refunded − chargedBack' }),
  ...units,
  skus: z.array(unitsOfSku).optional().meta({ description: 'With `bySku=true`' }),
}

export const salesView = z
  .strictObject({
    from: z.string(),
    to: z.string(),
    timeZone: z.literal('UTC'),
    groupBy: z.enum(['day', 'month']),
    currencies: z
      .array(
        z.strictObject({
          currency: z.string(),
          total: z.strictObject(sums),
          rows: z.array(z.strictObject({ period: z.string(), ...sums })),
        }),
      )
      .meta({ description: 'Each by itself: amounts of different currencies are never added' }),
    stale: staleField,
  })
  .meta({ id: 'SalesReport' })
export type SalesReport = z.infer<typeof salesView>

type Row = SalesReport['currencies'][number]['rows'][number]
type Units = z.infer<typeof unitsOfSku>
type Amounts = Pick<SalesSum, 'captured' | 'refunded' | 'chargedBack'>

const added = (a: string, b: string): string => String(BigInt(a) + BigInt(b))
const netOf = ({ captured, refunded, chargedBack }: Amounts): string =>
  String(BigInt(captured) - BigInt(refunded) - BigInt(chargedBack))

const nothing: Omit<Row, 'period' | 'skus'> = {
  placed: 0,
  confirmed: 0,
  rejected: 0,
  cancelled: 0,
  captured: '0',
  refunded: '0',
  chargedBack: '0',
  net: '0',
  unitsSold: 0,
  unitsGivenBack: 0,
}

const addedUnits = (of: readonly Units[]): readonly Units[] =>
  [...Map.groupBy(of, ({ sku }) => sku)]
    .map(([sku, all]) => ({
      sku,
      unitsSold: all.reduce((sum, { unitsSold }) => sum + unitsSold, 0),
      unitsGivenBack: all.reduce((sum, { unitsGivenBack }) => sum + unitsGivenBack, 0),
    }))
    .sort((a, b) => (a.sku < b.sku ? -1 : 1))

const totalOf = (rows: readonly Row[], bySku: boolean) => ({
  ...rows.reduce(
    (total, row) => ({
      placed: total.placed + row.placed,
      confirmed: total.confirmed + row.confirmed,
      rejected: total.rejected + row.rejected,
      cancelled: total.cancelled + row.cancelled,
      captured: added(total.captured, row.captured),
      refunded: added(total.refunded, row.refunded),
      chargedBack: added(total.chargedBack, row.chargedBack),
      net: added(total.net, row.net),
      unitsSold: total.unitsSold + row.unitsSold,
      unitsGivenBack: total.unitsGivenBack + row.unitsGivenBack,
    }),
    nothing,
  ),
  ...(bySku ? { skus: [...addedUnits(rows.flatMap(({ skus = [] }) => skus))] } : {}),
})

const unitsIn = ({ unitsSold, unitsGivenBack }: Omit<Units, 'sku'>) => ({ unitsSold, unitsGivenBack })

/** A day or a month: the sum of all orders, and beside it those of SKUs. */
const rowOf = (period: string, of: readonly SalesSum[], bySku: boolean): Row => {
  const all = of.find(({ sku }) => sku === '') ?? nothing
  const { placed, confirmed, rejected, cancelled, captured, refunded, chargedBack } = all
  const skus = of.filter(({ sku }) => sku !== '').map((one) => ({ sku: one.sku, ...unitsIn(one) }))
  return {
    period,
    placed,
    confirmed,
    rejected,
    cancelled,
    captured,
    refunded,
    chargedBack,
    net: netOf(all),
    ...unitsIn(all),
    ...(bySku ? { skus } : {}),
  }
}

const isSum = (found: SalesFound): found is SalesSum & SalesFound => found.period !== null

/** The report of what was found; days and months on which nothing happened are left out. */
export const viewOfSales = (
  { from, to, groupBy, bySku }: Period,
  found: readonly SalesFound[],
  standsStill: boolean,
): SalesReport => {
  const currencies = [...Map.groupBy(found.filter(isSum), ({ currency }) => currency)].map(([currency, ofCurrency]) => {
    const rows = [...Map.groupBy(ofCurrency, ({ period }) => period)].map(([period, of]) => rowOf(period, of, bySku))
    return { currency, total: totalOf(rows, bySku), rows }
  })
  const stale = standsStill || found.some(({ incomplete }) => incomplete)
  return { from, to, timeZone: 'UTC', groupBy, currencies, ...staleIn({ stale }) }
}
