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
import { addProductRequest, changePriceRequest, relistProductRequest, renameProductRequest } from './requests.ts'

const shape = { sku: z.string(), status: z.string() }
const common = { tag: 'products', access: ['admin'] } as const

const onlyNewHeader = z.literal('*').optional().meta({
  description:
    'With `*` a SKU that is in the catalogue as something else, or was taken off sale, is answered with 412 and not with 409',
})

const codesOfKnown: readonly string[] = ['product_exists', 'product_discontinued']
/** Of a request that asked to be done only where the SKU is new. */
const asPrecondition = (error: unknown): unknown =>
  error instanceof Refusal && codesOfKnown.includes(error.code)
    ? new HttpFault(412, 'precondition_failed', error.message, { cause: error })
    : error

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

  /** Changes something of a product, for whoever has seen how it stands. */
  const change = <Body extends z.ZodType>({
    path,
    summary,
    description,
    body,
    refusal = 'product_discontinued',
    commandOf,
  }: {
    readonly path: string
    readonly summary: string
    readonly description: string
    readonly body: Body
    readonly refusal?: 'product_discontinued' | 'product_exists'
    readonly commandOf: (sku: string, asked: z.output<Body>) => ProductCommand
  }): Route =>
    route({
      ...common,
      method: 'put',
      path,
      summary,
      params: skuParams,
      description,
      headers: z.object({ 'If-Match': ifMatchHeader }),
      body,
      refusals: [refusal],
      problems: [404, 428],
      answers: { 200: revised('Changed, or already so', shape) },
      handle: async ({ params: { sku }, headers, body: asked, principal, context }) => {
        const ifMatch = headers['If-Match']
        if (ifMatch === undefined) throw preconditionRequired()
        const options = { principal, context, expectedRevision: revisionNamedBy(ifMatch) }
        return command(200, commandOf(sku, asked), options).catch((error: unknown) => {
          throw asAddress(error)
        })
      },
    })

  return [
    route({
      ...common,
      method: 'post',
      path: '/v1/products',
      summary: 'Add a product to the catalogue',
      description:
        'The same product again is answered as the first time. One that was taken off sale stays so (409 `product_discontinued`): `PUT /v1/products/{sku}/listing` puts it back.',
      headers: z.object({ 'If-None-Match': onlyNewHeader }),
      body: addProductRequest,
      refusals: ['product_exists', 'product_discontinued'],
      problems: [412],
      answers: { 201: revised('In the catalogue', shape) },
      handle: ({
        headers,
        body: {
          sku,
          name,
          price: { amount, currency },
        },
        principal,
        context,
      }) => {
        const product = { type: 'AddProduct', sku, name, price: amount, currency } as const
        const asked = { principal, context }
        return command(201, product, asked).catch((error: unknown) => {
          throw headers['If-None-Match'] === undefined ? error : asPrecondition(error)
        })
      },
    }),

    change({
      path: '/v1/products/{sku}/listing',
      summary: 'Put a product back on sale',
      description:
        'Under this name and at this price. If-Match is required, and names the revision that was taken off sale: a request that comes late puts nothing back.',
      body: relistProductRequest,
      refusal: 'product_exists',
      commandOf: (sku, { name, price: { amount, currency } }) => ({
        type: 'RelistProduct',
        sku,
        name,
        price: amount,
        currency,
      }),
    }),

    change({
      path: '/v1/products/{sku}/name',
      summary: 'Correct a name',
      description: 'If-Match is required. Orders that are placed keep the name they were placed under.',
      body: renameProductRequest,
      commandOf: (sku, { name }) => ({ type: 'RenameProduct', sku, name }),
    }),

    change({
      path: '/v1/products/{sku}/price',
      summary: 'Change a price',
      description: 'If-Match is required. Orders that are placed keep the price they were placed at.',
      body: changePriceRequest,
      commandOf: (sku, { price: { amount, currency } }) => ({ type: 'ChangePrice', sku, price: amount, currency }),
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
