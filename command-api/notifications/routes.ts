import { z } from 'zod'
import type { RecordBounce, ResendNotification } from '../../domain/notifications/commands.ts'
import { notificationDecider } from '../../domain/notifications/notification.ts'
import { isPlaced, orderDecider } from '../../domain/orders/order.ts'
import { resendKeyOf } from '../../domain/shared/ids.ts'
import { Refusal } from '../../domain/shared/refusal.ts'
import { streams } from '../../domain/shared/streams.ts'
import type { Principal } from '../../http-api/roles.ts'
import { route } from '../../http-api/route.ts'
import type { RequestContext } from '../../infrastructure/http/request-context.ts'
import type { Route } from '../../infrastructure/http/routes.ts'
import type { Commanding } from '../commanding.ts'
import { noted, notedAnswer, type Place } from '../written.ts'
import { bounceRequest, notificationParams, resendRequest } from './requests.ts'

const common = {
  method: 'post',
  tag: 'notifications',
  access: ['operator'],
  params: notificationParams,
  refusals: ['order_not_found', 'notification_not_found'],
} as const
const shape = { orderId: z.uuid(), key: z.string() }

export const notificationRoutes = ({ handling, contextOf, patience }: Commanding): readonly Route[] => {
  const command = async (
    given: ResendNotification | RecordBounce,
    principal: Principal,
    context: RequestContext,
  ): Promise<Place> => {
    const { orderId } = given
    const waiting = patience()
    const { state: order } = await handling.load(orderDecider, streams.order(orderId), waiting)
    if (!isPlaced(order)) throw new Refusal('order_not_found', 'there is no such order')
    const actor = { type: 'operator', id: principal.subject } as const
    const stream = streams.notification(orderId)
    return handling.handle(notificationDecider, stream, given, contextOf(context, actor, orderId), waiting)
  }

  return [
    route({
      ...common,
      path: '/v1/orders/{id}/notifications/{key}/resend',
      summary: 'Send a message once more',
      description:
        'Of one that was sent or has failed: to the same address, in the same words. Once for each resendId.',
      body: resendRequest,
      answers: { 202: noted('Written down; it is sent by the notification service under the new key', shape) },
      handle: async ({ params: { id: orderId, key }, body: { resendId }, principal, context }) => {
        const at = await command({ type: 'ResendNotification', orderId, key, resendId }, principal, context)
        return notedAnswer(202, at, { orderId, key: resendKeyOf(key, resendId) })
      },
    }),

    route({
      ...common,
      path: '/v1/orders/{id}/notifications/{key}/bounce',
      summary: 'Note that a message came back',
      description: 'Of one that was sent. It counts as failed from then on.',
      body: bounceRequest,
      answers: { 200: noted('Written down, or already so', shape) },
      handle: async ({ params: { id: orderId, key }, body: { status }, principal, context }) => {
        const at = await command({ type: 'RecordBounce', orderId, key, status }, principal, context)
        return notedAnswer(200, at, { orderId, key })
      },
    }),
  ]
}
