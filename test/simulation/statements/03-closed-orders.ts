import { isClosed } from '../../../domain/orders/order.ts'
import { isCharged } from '../../../domain/payments/payment.ts'
import { standingOf } from '../../../domain/orders/at-rest.ts'
import { heldLines, inFrontOfOperator, type Standing } from './standings.ts'
import type { Statement } from './statement.ts'

const wrongWith = (standing: Standing): readonly string[] => {
  const { order, payment } = standing
  if (!isClosed(order)) return []
  const wrong: string[] = []
  const kept = [...heldLines(standing, 'held'), ...heldLines(standing, 'committed')]
  if (kept.length > 0) wrong.push(`holds ${kept.join(', ')}`)
  const { captured, refunded, requestOpen } = standingOf(payment)
  if (captured !== refunded) wrong.push(`keeps ${captured - refunded} of ${captured}`)
  if (requestOpen) wrong.push('can still be charged')
  return wrong
}

/** Money that came when the order was closed and had not confirmed it before must be known to the order, or nobody sees why it went back. */
const lateMoneyUnnoted = ({ order, payment }: Standing): boolean =>
  isClosed(order) && !order.paymentAccountedFor && isCharged(payment) && payment.status === 'succeeded'

export const closedOrdersKeepNothing: Statement = {
  number: 3,
  says: 'a rejected or cancelled order holds no stock and none of its money, or stands in front of an operator',
  whenQuiet: ({ standings, parkedMessages, lossy }) =>
    [...standings.values()].flatMap((standing) => {
      const { orderId, order } = standing
      const late =
        lossy !== true && lateMoneyUnnoted(standing)
          ? [`order ${orderId} is ${order.status}, was paid too late, and does not say so`]
          : []
      if (inFrontOfOperator(standing, parkedMessages)) return late
      return [...wrongWith(standing).map((wrong) => `order ${orderId} is ${order.status} and ${wrong}`), ...late]
    }),
}
