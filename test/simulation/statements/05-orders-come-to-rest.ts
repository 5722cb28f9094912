import { isAtRest, standingOf } from '../../../domain/orders/at-rest.ts'
import { isPlaced } from '../../../domain/orders/order.ts'
import { heldLines, inFrontOfOperator, type Standing } from './standings.ts'
import type { Quiet, Statement } from './statement.ts'

const restless = (standing: Standing, { parkedMessages }: Quiet): boolean => {
  const { order, reservation, payment, notifications, calledFor } = standing
  if (!isPlaced(order) || inFrontOfOperator(standing, parkedMessages)) return false
  return !isAtRest({
    order: order.status,
    reservation: reservation.status,
    linesHeld: heldLines(standing, 'held').length,
    payment: standingOf(payment),
    notificationsOwed: [...calledFor].filter((key) => (notifications.get(key)?.status ?? 'requested') === 'requested')
      .length,
  })
}

const late = ({ order, payment, placedAt, decidedAt }: Standing, { decidedBy }: Quiet): boolean => {
  if (decidedBy === undefined || placedAt === undefined || !isPlaced(order) || payment.status === 'mismatch')
    return false
  return decidedAt === undefined || decidedAt > decidedBy(placedAt)
}

const acceptedOnce = ({ posts, events }: Quiet): readonly string[] => {
  const placed = new Map<string, number>()
  for (const { event } of events)
    if (event.type === 'OrderPlaced') placed.set(event.orderId, (placed.get(event.orderId) ?? 0) + 1)
  const twice = [...placed]
    .filter(([, count]) => count > 1)
    .map(([orderId, count]) => `order ${orderId} was placed ${count} times`)
  const missing = (posts ?? []).flatMap(({ answer }) =>
    answer.kind === 'accepted' && !placed.has(answer.placed.orderId)
      ? [`the POST of order ${answer.placed.orderId} was accepted, and there is none`]
      : [],
  )
  return [...twice, ...missing]
}

export const ordersComeToRest: Statement = {
  number: 5,
  says: 'every accepted POST is exactly one OrderPlaced, and every order comes to rest within its time, or stands in front of an operator',
  whenQuiet: (quiet) => [
    ...acceptedOnce(quiet),
    ...[...quiet.standings.values()].flatMap((standing) => {
      const { orderId, order, reservation, payment } = standing
      const state = `order ${orderId} (${order.status}, reservation ${reservation.status}, payment ${payment.status})`
      return [
        ...(restless(standing, quiet) ? [`${state} has not come to rest`] : []),
        ...(late(standing, quiet) ? [`${state} was not decided in time`] : []),
      ]
    }),
  ],
}
