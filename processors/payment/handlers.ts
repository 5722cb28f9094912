import { isClosed, isPlaced, orderDecider } from '../../domain/orders/order.ts'
import type { PaymentCommand, PaymentProcessCommand, RecordProviderOutcome, ReportIncompleteOutcome, RequestPayment } from '../../domain/payments/commands.ts'
import { paymentDecider } from '../../domain/payments/payment.ts'
import { paymentIdOf } from '../../domain/shared/ids.ts'
import { Refusal } from '../../domain/shared/refusal.ts'
import { streams } from '../../domain/shared/streams.ts'
import type { CommandHandler } from '../../infrastructure/event-store/command-context.ts'
import type { CommandHandling } from '../../infrastructure/event-store/handle-command.ts'

/** What the provider said, as the decision on the payment's stream wants to hear it. */
export const outcomeCommand = ({ orderId, outcome }: RecordProviderOutcome): PaymentCommand => {
  switch (outcome.of) {
    case 'payment':
      return { type: 'RecordPaymentOutcome', orderId, paymentId: outcome.paymentId, outcome: outcome.outcome }
    case 'refund':
      return { type: 'RecordRefundOutcome', orderId, refundId: outcome.refundId, attempt: outcome.attempt, outcome: outcome.outcome }
  }
}

/** The payment service's commands, each decided on `payment-{orderId}`. None of them calls the provider: see `perform`. */
export const paymentHandler = (commands: CommandHandling): CommandHandler<PaymentProcessCommand> => {
  /**
   * The order says what is to be paid; it is read as the order service's published record. It may be closed between this look and the
   * append: then VoidOrRefund follows, and the provider is not called for a closed order in any case.
   */
  const requestOf = async ({ orderId }: RequestPayment): Promise<PaymentCommand> => {
    const order = (await commands.load(orderDecider, streams.order(orderId))).state
    if (!isPlaced(order)) throw new Refusal('order_not_found', 'a payment was asked for, but there is no such order', { orderId })
    const { total: amount, currency, paymentMethod: method } = order.placed
    return { type: 'RequestPayment', orderId, paymentId: paymentIdOf(orderId), order: { amount, currency, method, closed: isClosed(order) } }
  }

  const decidable = (command: Exclude<PaymentProcessCommand, ReportIncompleteOutcome>): PaymentCommand | Promise<PaymentCommand> => {
    switch (command.type) {
      case 'RequestPayment': return requestOf(command)
      case 'VoidOrRefund': return command
      case 'RecordProviderOutcome': return outcomeCommand(command)
    }
  }

  return async (command, context) => {
    if (command.type === 'ReportIncompleteOutcome') {
      const { provider, providerEventId, kind } = command
      // Parked by this, in front of a person: what it leaves out may be somebody's money.
      throw new Refusal('provider_outcome_incomplete', `event ${providerEventId} of ${provider} (${kind}) does not say enough`, { provider, providerEventId })
    }
    await commands.handle(paymentDecider, streams.payment(command.orderId), await decidable(command), context, { mayOpen: command.type === 'RequestPayment' })
  }
}
