import { z } from 'zod'
import type { ProductCommand } from '../../domain/catalogue/commands.ts'
import { productDecider } from '../../domain/catalogue/product.ts'
import { Refusal } from '../../domain/shared/refusal.ts'
import { streams } from '../../domain/shared/streams.ts'
import { ifMatchHeader, revisionNamedBy } from '../../infrastructure/http/etag.ts'
import type { Principal } from '../../http-api/roles.ts'
import { HttpFault, preconditionRequired } from '../../infrastructure/http/problem.ts'
import type { RequestContext } from '../../infrastructure/http/request-context.ts'
import { route } from '../../http-api/route.ts'
import type { Answer, Route } from '../../infrastructure/http/routes.ts'
import type { Commanding } from '../commanding.ts'
import { skuParams } from '../fields.ts'
import { revised, revisedAnswer } from '../written.ts'
import { addProductRequest, changePriceRequest } from './requests.ts'

const shape = { sku: z.string(), status: z.string() }
const common = { tag: 'products', access: ['admin'] } as const

/** Where the SKU is the address, one that nobody knows is an address that is not there. */
const asAddress = (error: unknown): unknown =>
  error instanceof Refusal && error.code === 'unknown_sku'
    ? new HttpFault(404, error.code, error.message, { cause: error })
    : error

export const productRoutes = ({ handling, contextOf, patience }: Commanding): readonly Route[] => {
  const command = async (
    status: number,
    given: ProductCommand,
    {
      principal,
      context,
      expectedRevision,
    }: { principal: Principal; context: RequestContext; expectedRevision?: bigint | undefined },
  ): Promise<Answer> => {
    const actor = { type: 'operator', id: principal.subject } as const
    const handled = await handling.handle(
      productDecider,
      streams.product(given.sku),
      given,
      contextOf(context, actor, given.sku),
      { ...patience(), expectedRevision },
    )
    return revisedAnswer(status, handled, { sku: given.sku, status: handled.state.status })
  }

  return [
    route({
      ...common,
      method: 'post',
      path: '/v1/products',
      summary: 'Add a product to the catalogue',
      description: 'The same product again is answered as the first time.',
      body: addProductRequest,
      refusals: ['product_exists', 'product_discontinued'],
      answers: { 201: revised('In the catalogue', shape) },
      handle: ({
        body: {
          sku,
          name,
          price: { amount, currency },
        },
        principal,
        context,
      }) => command(201, { type: 'AddProduct', sku, name, price: amount, currency }, { principal, context }),
    }),

    route({
      ...common,
      method: 'put',
      path: '/v1/products/{sku}/price',
      summary: 'Change a price',
      params: skuParams,
      description: 'If-Match is required. Orders that are placed keep the price they were placed at.',
      headers: z.object({ 'If-Match': ifMatchHeader }),
      body: changePriceRequest,
      refusals: ['product_discontinued'],
      problems: [404, 428],
      answers: { 200: revised('Changed, or already so', shape) },
      handle: async ({
        params: { sku },
        headers,
        body: {
          price: { amount, currency },
        },
        principal,
        context,
      }) => {
        const ifMatch = headers['If-Match']
        if (ifMatch === undefined) throw preconditionRequired()
        const options = { principal, context, expectedRevision: revisionNamedBy(ifMatch) }
        return command(200, { type: 'ChangePrice', sku, price: amount, currency }, options).catch((error: unknown) => {
          throw asAddress(error)
        })
      },
    }),

    route({
      ...common,
      method: 'delete',
      path: '/v1/products/{sku}',
      summary: 'Take a product off sale',
      params: skuParams,
      problems: [404],
      answers: { 200: revised('Off sale, or already so', shape) },
      handle: async ({ params: { sku }, principal, context }) =>
        command(200, { type: 'DiscontinueProduct', sku }, { principal, context }).catch((error: unknown) => {
          throw asAddress(error)
        }),
    }),
  ]
}
