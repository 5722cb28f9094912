import { z } from 'zod'
import { isPlaced, orderDecider, type PlacedOrder } from '../../domain/orders/order.ts'
import { mergeLines } from '../../domain/orders/placing.ts'
import type { PaymentCommand } from '../../domain/payments/commands.ts'
import { paymentDecider } from '../../domain/payments/payment.ts'
import { Refusal } from '../../domain/shared/refusal.ts'
import { streams } from '../../domain/shared/streams.ts'
import type { Principal } from '../../http-api/roles.ts'
import type { RequestContext } from '../../infrastructure/http/request-context.ts'
import { route } from '../../http-api/route.ts'
import type { Answer, Route } from '../../infrastructure/http/routes.ts'
import type { Commanding } from '../commanding.ts'
import { orderParams } from '../fields.ts'
import { noted, notedAnswer } from '../written.ts'
import {
  refundParams,
  refundRequest,
  retryRefundRequest,
  settleRefundRequest,
  withdrawRefundRequest,
} from './requests.ts'

const accepted = {
  202: noted('Written down; the provider is asked by the payment service', { orderId: z.uuid(), refundId: z.string() }),
}
const common = { method: 'post', tag: 'payments', access: ['operator'], answers: accepted } as const

type RefundCommand = Extract<PaymentCommand, { readonly refundId: string }>

/** What the lines cost is known from the order, which never changes in that. */
const refundOf = (
  { placed: { orderId, currency, lines: ordered } }: PlacedOrder,
  { refundId, amount, lines, reason }: z.output<typeof refundRequest>,
): RefundCommand => {
  if (amount !== undefined) return { type: 'RefundPayment', orderId, refundId, ...amount, reason }
  const toRefund = mergeLines(lines ?? []).map(({ sku, quantity }) => {
    const line = ordered.find((one) => one.sku === sku)
    return { sku, quantity, ordered: line?.quantity ?? 0, unitPrice: line?.unitPrice ?? 0 }
  })
  return { type: 'RefundLines', orderId, refundId, lines: toRefund, currency, reason }
}

export const paymentRoutes = ({ handling, contextOf, patience }: Commanding): readonly Route[] => {
  const command = async (
    orderId: string,
    commandFor: (order: PlacedOrder) => RefundCommand,
    principal: Principal,
    context: RequestContext,
  ): Promise<Answer> => {
    const waiting = patience()
    const { state: order } = await handling.load(orderDecider, streams.order(orderId), waiting)
    if (!isPlaced(order)) throw new Refusal('order_not_found', 'there is no such order')
    const given = commandFor(order)
    const actor = { type: 'operator', id: principal.subject } as const
    const handled = await handling.handle(
      paymentDecider,
      streams.payment(orderId),
      given,
      contextOf(context, actor, orderId),
      waiting,
    )
    return notedAnswer(202, handled, { orderId, refundId: given.refundId })
  }

  return [
    route({
      ...common,
      path: '/v1/orders/{id}/refunds',
      summary: 'Give money back',
      params: orderParams,
      body: refundRequest,
      description:
        'An amount, or lines of the order: of each never more than was ordered, less what has been given back by line. Once for each refundId.',
      refusals: [
        'order_not_found',
        'refund_exceeds_payment',
        'refund_exceeds_line',
        'refund_of_nothing',
        'refund_reused',
      ],
      handle: ({ params: { id }, body, principal, context }) =>
        command(id, (order) => refundOf(order, body), principal, context),
    }),

    route({
      ...common,
      path: '/v1/orders/{id}/refunds/{refundId}/retry',
      summary: 'Try a refund again that failed',
      params: refundParams,
      body: retryRefundRequest,
      refusals: ['order_not_found', 'refund_not_found', 'refund_exceeds_payment', 'refund_exceeds_line'],
      handle: ({ params: { id, refundId }, principal, context }) =>
        command(id, () => ({ type: 'RetryRefund', orderId: id, refundId }), principal, context),
    }),

    route({
      ...common,
      path: '/v1/orders/{id}/refunds/{refundId}/settle',
      summary: 'Note that a failed refund was settled in another way',
      description:
        'One that is under way (somebody has tried it again), or has gone back by the provider, is refused: then it would be paid twice.',
      params: refundParams,
      body: settleRefundRequest,
      refusals: [
        'order_not_found',
        'refund_not_found',
        'refund_not_failed',
        'refund_exceeds_payment',
        'refund_exceeds_line',
      ],
      handle: ({ params: { id, refundId }, body, principal, context }) =>
        command(id, () => ({ type: 'SettleRefund', orderId: id, refundId, ...body }), principal, context),
    }),

    route({
      ...common,
      path: '/v1/orders/{id}/refunds/{refundId}/withdraw',
      summary: 'Note that a failed refund is not owed any more',
      description:
        'Because its money has gone back in a way that is counted already (another refund, one in the provider’s dashboard), or is not to go back. It counts as nothing given back, and can still be tried again or settled.',
      params: refundParams,
      body: withdrawRefundRequest,
      refusals: ['order_not_found', 'refund_not_found', 'refund_not_failed'],
      handle: ({ params: { id, refundId }, body, principal, context }) =>
        command(id, () => ({ type: 'WithdrawRefund', orderId: id, refundId, ...body }), principal, context),
    }),
  ]
}
