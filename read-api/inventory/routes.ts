import { z } from 'zod'
import { skuPattern, skuSchema } from '../../domain/shared/sku.ts'
import { notFound } from '../../infrastructure/http/problem.ts'
import { route } from '../../http-api/route.ts'
import type { Route } from '../../infrastructure/http/routes.ts'
import { pageOf, pageQuery, toPage } from '../pages.ts'
import { answerFrom, described, minPosition, type Reading } from '../reading.ts'
import { staleField, staleIn } from '../stale.ts'
import { findStock, listStock, type StockLevel } from './queries.ts'

const stockView = z
  .strictObject({ sku: z.string(), onHand: z.int(), reserved: z.int(), available: z.int(), stale: staleField })
  .meta({ id: 'StockLevel' })

const viewOf = (level: StockLevel): z.infer<typeof stockView> => {
  const { sku, onHand, reserved } = level
  return { sku, onHand, reserved, available: onHand - reserved, ...staleIn(level) }
}

const common = { method: 'get', tag: 'stock', access: ['operator'] } as const

export const stockRoutes = (reading: Reading): readonly Route[] => [
  route({
    ...common,
    path: '/v1/stock',
    summary: 'Stock levels, by SKU',
    query: z.strictObject(pageQuery(skuPattern)),
    answers: { 200: described('A page', pageOf(stockView)) },
    handle: ({ query: { limit, cursor, minPosition: wanted } }) =>
      answerFrom(reading, wanted, listStock({ after: cursor, limit }), (rows, standsStill) => ({
        body: toPage(rows, limit, ({ sku }) => sku, viewOf, standsStill),
      })),
  }),

  route({
    ...common,
    path: '/v1/stock/{sku}',
    summary: 'The stock of one SKU',
    params: z.strictObject({ sku: skuSchema }),
    query: z.strictObject({ minPosition }),
    problems: [404],
    answers: { 200: described('The level', stockView) },
    handle: ({ params: { sku }, query }) =>
      answerFrom(reading, query.minPosition, findStock(sku), ([level]) => {
        if (level === undefined) throw notFound('There has never been any stock of this SKU.')
        return { body: viewOf(level) }
      }),
  }),
]
