import { z } from 'zod'
import { notificationDecider } from '../../domain/notifications/notification.ts'
import { isPlaced, orderDecider } from '../../domain/orders/order.ts'
import { resendKeyOf } from '../../domain/shared/ids.ts'
import { Refusal } from '../../domain/shared/refusal.ts'
import { streams } from '../../domain/shared/streams.ts'
import { route } from '../../http-api/route.ts'
import type { Route } from '../../infrastructure/http/routes.ts'
import type { Commanding } from '../commanding.ts'
import { noted, notedAnswer } from '../written.ts'
import { notificationParams, resendRequest } from './requests.ts'

export const notificationRoutes = ({ handling, contextOf, patience }: Commanding): readonly Route[] => [
  route({
    method: 'post',
    path: '/v1/orders/{id}/notifications/{key}/resend',
    summary: 'Send a message once more',
    tag: 'notifications',
    access: ['operator'],
    description: 'Of one that was sent or has failed: to the same address, in the same words. Once for each resendId.',
    params: notificationParams,
    body: resendRequest,
    refusals: ['order_not_found', 'notification_not_found'],
    answers: {
      202: noted('Written down; it is sent by the notification service under the new key', {
        orderId: z.uuid(),
        key: z.string(),
      }),
    },
    handle: async ({ params: { id: orderId, key }, body: { resendId }, principal, context }) => {
      const waiting = patience()
      const { state: order } = await handling.load(orderDecider, streams.order(orderId), waiting)
      if (!isPlaced(order)) throw new Refusal('order_not_found', 'there is no such order')
      const actor = { type: 'operator', id: principal.subject } as const
      const handled = await handling.handle(
        notificationDecider,
        streams.notification(orderId),
        { type: 'ResendNotification', orderId, key, resendId },
        contextOf(context, actor, orderId),
        waiting,
      )
      return notedAnswer(202, handled, { orderId, key: resendKeyOf(key, resendId) })
    },
  }),
]
