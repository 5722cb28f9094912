import { z } from 'zod'
import { moneySchema } from '../../domain/shared/money.ts'
import { skuPattern, skuSchema } from '../../domain/shared/sku.ts'
import { etagOf } from '../../infrastructure/http/etag.ts'
import { notFound } from '../../infrastructure/http/problem.ts'
import { route } from '../../http-api/route.ts'
import type { Route } from '../../infrastructure/http/routes.ts'
import { pageOf, pageQuery, toPage } from '../pages.ts'
import { answerFrom, described, minPosition, waitingFor, type Reading } from '../reading.ts'
import { staleField, staleIn } from '../stale.ts'
import { findProduct, listProducts, type ProductWithStock } from './queries.ts'

const productView = z
  .strictObject({
    sku: z.string(),
    name: z.string(),
    price: moneySchema,
    discontinued: z.boolean(),
    available: z.boolean().meta({ description: 'It is sold, and at least one of it is not reserved' }),
    revision: z.int(),
    stale: staleField,
  })
  .meta({ id: 'Product' })

const viewOf = (product: ProductWithStock): z.infer<typeof productView> => {
  const { sku, name, price: amount, currency, discontinued, available, revision } = product
  return { sku, name, price: { amount, currency }, discontinued, available, revision, ...staleIn(product) }
}

const common = { method: 'get', tag: 'products', access: 'public' } as const

export const productRoutes = (reading: Reading): readonly Route[] => [
  route({
    ...common,
    path: '/v1/products',
    summary: 'The catalogue, by SKU',
    query: z.strictObject(pageQuery(skuPattern)),
    answers: { 200: described('A page', pageOf(productView)) },
    handle: ({ query: { limit, cursor, minPosition: wanted }, principal }) =>
      answerFrom(
        waitingFor(principal, reading),
        wanted,
        listProducts({ after: cursor, limit }),
        (rows, standsStill) => ({
          body: toPage(rows, limit, ({ sku }) => sku, viewOf, standsStill),
        }),
      ),
  }),

  route({
    ...common,
    path: '/v1/products/{sku}',
    summary: 'One product',
    params: z.strictObject({ sku: skuSchema }),
    query: z.strictObject({ minPosition }),
    problems: [404],
    answers: { 200: described('The product', productView, { ETag: 'Its revision, for If-Match' }) },
    handle: ({ params: { sku }, query, principal }) =>
      answerFrom(waitingFor(principal, reading), query.minPosition, findProduct(sku), ([product]) => {
        if (product === undefined) throw notFound('There is no such product.')
        return { body: viewOf(product), headers: { ETag: etagOf(BigInt(product.revision)) } }
      }),
  }),
]
