import { isPlaced, orderDecider } from '../../domain/orders/order.ts'
import { paymentDecider } from '../../domain/payments/payment.ts'
import { streams } from '../../domain/shared/streams.ts'
import type { CommandHandling } from '../../infrastructure/event-store/handle-command.ts'
import type { Here } from './compare-payment.ts'

export type HereReader = (orderId: string) => Promise<Here>

/** The order's payment as it is now. Whether there is such an order is looked up only where no money was ever asked for. */
export const createHere =
  (commands: Pick<CommandHandling, 'load'>): HereReader =>
  async (orderId) => {
    const { state: payment } = await commands.load(paymentDecider, streams.payment(orderId))
    if (payment.status !== 'none') return { payment, isOrderKnown: true }
    const { state: order } = await commands.load(orderDecider, streams.order(orderId))
    return { payment, isOrderKnown: isPlaced(order) }
  }
