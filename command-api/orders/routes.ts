import { z } from 'zod'
import type { OrderCommand } from '../../domain/orders/commands.ts'
import { isPlaced, orderDecider, type PlacedOrder } from '../../domain/orders/order.ts'
import { moneySchema } from '../../domain/shared/money.ts'
import { Refusal } from '../../domain/shared/refusal.ts'
import { streams } from '../../domain/shared/streams.ts'
import type { Actor } from '../../domain/shared/actor.ts'
import type { Patience, StreamReader } from '../../infrastructure/event-store/port.ts'
import { revisionNamedBy } from '../../infrastructure/http/etag.ts'
import { mayActAs, type Principal } from '../../http-api/roles.ts'
import { preconditionRequired } from '../../infrastructure/http/problem.ts'
import type { RequestContext } from '../../infrastructure/http/request-context.ts'
import { route } from '../../http-api/route.ts'
import type { Answer, Route } from '../../infrastructure/http/routes.ts'
import type { Catalogue } from '../catalogue/catalogue.ts'
import type { Overload } from '../overload/overload.ts'
import type { Commanding } from '../commanding.ts'
import { orderParams } from '../fields.ts'
import { revised, revisedAnswer, written } from '../written.ts'
import { namingLines } from './line-faults.ts'
import { placeOrderWith } from './place-order.ts'
import {
  cancelOrderRequest,
  deliverOrderRequest,
  idempotencyKeyHeader,
  ifMatchHeaders,
  placeOrderRequest,
  shipOrderRequest,
} from './requests.ts'

export type OrderRoutesOptions = {
  readonly commanding: Commanding
  readonly catalogue: Catalogue
  readonly overload: Overload
  readonly store: StreamReader
  readonly readApiUrl: string
}

const changed = { 200: revised('Done, or already so', { orderId: z.uuid(), status: z.string() }) }
const common = {
  method: 'post',
  tag: 'orders',
  params: orderParams,
  headers: ifMatchHeaders,
  answers: changed,
} as const
const orderNotFound = () => new Refusal('order_not_found', 'there is no such order')

/** Who acts on an order, and from which revision on. Somebody else's order is not there. */
type Standing = {
  readonly actor: Actor & { readonly type: 'customer' | 'operator' }
  readonly expectedRevision: bigint | undefined
}

const standingOf = (principal: Principal, order: PlacedOrder, ifMatch: string | undefined): Standing => {
  const owns = mayActAs(principal, 'customer') && order.placed.customerId === principal.subject
  // Before anything is said of the request: a fault in it would tell that the order is there.
  if (!owns && !mayActAs(principal, 'operator')) throw orderNotFound()
  const expectedRevision = revisionNamedBy(ifMatch)
  if (owns) return { actor: { type: 'customer', id: principal.subject }, expectedRevision }
  // Whoever acts on somebody else's order must have seen how it stands.
  if (ifMatch === undefined) throw preconditionRequired()
  return { actor: { type: 'operator', id: principal.subject }, expectedRevision }
}

export const orderRoutes = ({
  commanding,
  catalogue,
  overload,
  store,
  readApiUrl,
}: OrderRoutesOptions): readonly Route[] => {
  const { handling, contextOf, patience } = commanding
  const placeOrder = placeOrderWith(commanding, catalogue, store)

  const orderOf = async (orderId: string, waiting: Patience): Promise<PlacedOrder> => {
    const { state } = await handling.load(orderDecider, streams.order(orderId), waiting)
    if (!isPlaced(state)) throw orderNotFound()
    return state
  }

  const change = async (
    orderId: string,
    { principal, context, ifMatch }: { principal: Principal; context: RequestContext; ifMatch: string | undefined },
    commandOf: (standing: Standing) => OrderCommand,
  ): Promise<Answer> => {
    const waiting = patience()
    const standing = standingOf(principal, await orderOf(orderId, waiting), ifMatch)
    const { actor, expectedRevision } = standing
    const handled = await handling.handle(
      orderDecider,
      streams.order(orderId),
      commandOf(standing),
      contextOf(context, actor, orderId),
      { ...waiting, expectedRevision },
    )
    return revisedAnswer(200, handled, { orderId, status: handled.state.status })
  }

  return [
    route({
      method: 'post',
      path: '/v1/orders',
      summary: 'Place an order',
      tag: 'orders',
      access: ['customer'],
      description:
        'Prices are those of the catalogue. The same key with the same request is answered with the order it made, once and for ever. 503 `overloaded` says nothing about an earlier request with the same key: repeat it.',
      headers: idempotencyKeyHeader,
      body: placeOrderRequest,
      admit: () => {
        overload.admit()
      },
      refusals: [
        'unknown_sku',
        'product_discontinued',
        'mixed_currencies',
        'price_changed',
        'total_too_large',
        'key_reused',
      ],
      answers: {
        201: revised(
          'Placed; what happens to it is seen in the read API',
          {
            orderId: z.uuid(),
            number: z.string(),
            status: z.literal('placed'),
            total: moneySchema,
          },
          {
            Location: 'The order in the read API, once it has come that far',
            'Idempotency-Replayed': 'true when this key had made the order before',
          },
        ),
      },
      handle: async ({ headers, body, principal, context }) => {
        const { placed, at, replayed } = await namingLines(
          body.lines,
          placeOrder(principal.subject, headers['Idempotency-Key'], body, context),
        )
        const { orderId, number, total: amount, currency } = placed
        if (!replayed) overload.placed(orderId)
        return revisedAnswer(
          201,
          at,
          { orderId, number, status: 'placed', total: { amount, currency } },
          {
            Location: `${readApiUrl}/v1/orders/${orderId}?minPosition=${written(at).position}`,
            ...(replayed ? { 'Idempotency-Replayed': 'true' } : {}),
          },
        )
      },
    }),

    route({
      ...common,
      path: '/v1/orders/{id}/cancel',
      summary: 'Cancel an order that is not on its way',
      access: ['customer', 'operator'],
      description: 'Customers cancel their own orders. Of operators If-Match is required.',
      body: cancelOrderRequest,
      refusals: ['order_not_found', 'already_shipped', 'order_closed'],
      problems: [428],
      handle: ({ params: { id }, headers, body, principal, context }) =>
        change(id, { principal, context, ifMatch: headers['If-Match'] }, ({ actor }) => ({
          type: 'CancelOrder',
          orderId: id,
          reason: actor.type,
          ...(body.reason === undefined ? {} : { note: body.reason }),
        })),
    }),

    route({
      ...common,
      path: '/v1/orders/{id}/ship',
      summary: 'Send a confirmed order on its way',
      access: ['operator'],
      description: 'If-Match is required.',
      body: shipOrderRequest,
      refusals: ['order_not_found', 'not_confirmed', 'payment_disputed', 'already_shipped', 'order_closed'],
      problems: [428],
      handle: ({ params: { id }, headers, body, principal, context }) =>
        change(id, { principal, context, ifMatch: headers['If-Match'] }, () => ({
          type: 'ShipOrder',
          orderId: id,
          ...body,
        })),
    }),

    route({
      ...common,
      path: '/v1/orders/{id}/deliver',
      summary: 'Note that an order has arrived',
      access: ['operator'],
      description: 'If-Match is required.',
      body: deliverOrderRequest,
      refusals: ['order_not_found', 'not_shipped'],
      problems: [428],
      handle: ({ params: { id }, headers, principal, context }) =>
        change(id, { principal, context, ifMatch: headers['If-Match'] }, () => ({ type: 'DeliverOrder', orderId: id })),
    }),
  ]
}
