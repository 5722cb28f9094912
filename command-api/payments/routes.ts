import { z } from 'zod'
import { isPlaced, orderDecider } from '../../domain/orders/order.ts'
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
import { refundParams, refundRequest, retryRefundRequest, settleRefundRequest } from './requests.ts'

const accepted = {
  202: noted('Written down; the provider is asked by the payment service', { orderId: z.uuid(), refundId: z.string() }),
}
const common = { method: 'post', tag: 'payments', access: ['operator'], answers: accepted } as const

type RefundCommand = Extract<PaymentCommand, { readonly refundId: string }>

export const paymentRoutes = ({ handling, contextOf, patience }: Commanding): readonly Route[] => {
  const command = async (given: RefundCommand, principal: Principal, context: RequestContext): Promise<Answer> => {
    const { orderId, refundId } = given
    const waiting = patience()
    const { state: order } = await handling.load(orderDecider, streams.order(orderId), waiting)
    if (!isPlaced(order)) throw new Refusal('order_not_found', 'there is no such order')
    const actor = { type: 'operator', id: principal.subject } as const
    const handled = await handling.handle(
      paymentDecider,
      streams.payment(orderId),
      given,
      contextOf(context, actor, orderId),
      waiting,
    )
    return notedAnswer(202, handled, { orderId, refundId })
  }

  return [
    route({
      ...common,
      path: '/v1/orders/{id}/refunds',
      summary: 'Give money back',
      params: orderParams,
      body: refundRequest,
      description: 'Once for each refundId.',
      refusals: ['order_not_found', 'refund_exceeds_payment', 'refund_reused'],
      handle: ({
        params: { id },
        body: {
          refundId,
          amount: { amount, currency },
          reason,
        },
        principal,
        context,
      }) => command({ type: 'RefundPayment', orderId: id, refundId, amount, currency, reason }, principal, context),
    }),

    route({
      ...common,
      path: '/v1/orders/{id}/refunds/{refundId}/retry',
      summary: 'Try a refund again that failed',
      params: refundParams,
      body: retryRefundRequest,
      refusals: ['order_not_found', 'refund_not_found', 'refund_exceeds_payment'],
      handle: ({ params: { id, refundId }, principal, context }) =>
        command({ type: 'RetryRefund', orderId: id, refundId }, principal, context),
    }),

    route({
      ...common,
      path: '/v1/orders/{id}/refunds/{refundId}/settle',
      summary: 'Note that a failed refund was settled in another way',
      params: refundParams,
      body: settleRefundRequest,
      refusals: ['order_not_found', 'refund_not_found', 'refund_exceeds_payment'],
      handle: ({ params: { id, refundId }, body, principal, context }) =>
        command({ type: 'SettleRefund', orderId: id, refundId, ...body }, principal, context),
    }),
  ]
}
