import { isClosed, orderDecider } from '../../../domain/orders/order.ts'
import { replacedDecision } from './replaced-decider.ts'

/** An order that is closed does not want to hear of its payment. */
export const latePaymentIgnored = replacedDecision('late payment ignored', orderDecider, (command, order) =>
  command.type === 'ConfirmOrder' && isClosed(order) ? [] : undefined,
)
