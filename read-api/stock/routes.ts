import { z } from 'zod'
import { skuPattern, skuSchema } from '../../domain/shared/sku.ts'
import { notFound } from '../../infrastructure/http/problem.ts'
import { route, type Route } from '../../infrastructure/http/routes.ts'
import { selectList } from '../../infrastructure/projections/table.ts'
import { stockTable, type StockRow } from '../../projections/stock/table.ts'
import { pageOf, pageQuery, toPage } from '../pages.ts'
import { answerFrom, described, minPosition, type Reading } from '../reading.ts'

const stockView = z.strictObject({ sku: z.string(), onHand: z.int(), reserved: z.int(), available: z.int() }).meta({ id: 'StockLevel' })

const viewOf = ({ sku, onHand, reserved }: StockRow): z.infer<typeof stockView> => ({ sku, onHand, reserved, available: onHand - reserved })

const common = { method: 'get', tag: 'stock', access: ['operator'] } as const
const select = `select ${selectList(stockTable)} from stock`

export const stockRoutes = (reading: Reading): readonly Route[] => {
  const { database } = reading
  return [
    route({
      ...common, path: '/v1/stock', summary: 'Stock levels, by SKU', query: z.strictObject(pageQuery(skuPattern)),
      answers: { 200: described('A page', pageOf(stockView)) },
      handle: ({ query: { limit, cursor = '', minPosition: wanted } }) =>
        answerFrom(reading, [stockTable.name], wanted, async () => {
          const { rows } = await database.query<StockRow>(`${select} where sku > $1 order by sku limit $2`, [cursor, limit + 1])
          return { body: toPage(rows, limit, ({ sku }) => sku, viewOf) }
        }),
    }),

    route({
      ...common, path: '/v1/stock/{sku}', summary: 'The stock of one SKU', params: z.strictObject({ sku: skuSchema }),
      query: z.strictObject({ minPosition }), problems: [404], answers: { 200: described('The level', stockView) },
      handle: ({ params: { sku }, query }) =>
        answerFrom(reading, [stockTable.name], query.minPosition, async () => {
          const { rows } = await database.query<StockRow>(`${select} where sku = $1`, [sku])
          if (rows[0] === undefined) throw notFound('There has never been any stock of this SKU.')
          return { body: viewOf(rows[0]) }
        }),
    }),
  ]
}
