import { isClosed, isPlaced, orderDecider } from '../../domain/orders/order.ts'
import type {
  PaymentCommand,
  PaymentProcessCommand,
  RecordProviderOutcome,
  ReportIncompleteOutcome,
  RequestPayment,
} from '../../domain/payments/commands.ts'
import { openRequestOf, paymentDecider, type Payment } from '../../domain/payments/payment.ts'
import { paymentIdOf } from '../../domain/shared/ids.ts'
import { Refusal } from '../../domain/shared/refusal.ts'
import { streams } from '../../domain/shared/streams.ts'
import type { CommandHandler } from '../../infrastructure/event-store/command-context.ts'
import type { CommandHandling } from '../../infrastructure/event-store/handle-command.ts'
import { intentsOf, type IntentEvent } from '../perform/intent.ts'
import type { InHand } from '../perform/perform.ts'
import type { Performing } from '../perform/performing.ts'
import { writtenEvents } from './written-events.ts'

/** What the provider said, as the decision on the payment's stream wants to hear it. */
export const outcomeCommand = ({ orderId, outcome }: RecordProviderOutcome): PaymentCommand => {
  switch (outcome.of) {
    case 'payment':
      return { type: 'RecordPaymentOutcome', orderId, paymentId: outcome.paymentId, outcome: outcome.outcome }
    case 'refund':
      return {
        type: 'RecordRefundOutcome',
        orderId,
        refundId: outcome.refundId,
        attempt: outcome.attempt,
        outcome: outcome.outcome,
      }
  }
}

/** A command as the payment's stream decides it, and the order as it was read for it. */
type Decidable = { readonly command: PaymentCommand; readonly order?: NonNullable<InHand['order']> }

/**
 * The payment service's commands, each decided on `payment-{orderId}`. None of them calls the provider: an intent that one has written is
 * begun right after, and who may call is decided there.
 */
export const paymentHandler = (
  commands: CommandHandling,
  performing: Pick<Performing, 'begin' | 'noteCompleted'>,
): CommandHandler<PaymentProcessCommand> => {
  /**
   * The order says what is to be paid; it is read as the order service's published record. It may be closed between this look and the
   * append: then VoidOrRefund follows, and the provider is not called for a closed order in any case.
   */
  const requestOf = async ({ orderId }: RequestPayment, at: Date): Promise<Decidable> => {
    const state = (await commands.load(orderDecider, streams.order(orderId))).state
    if (!isPlaced(state))
      throw new Refusal('order_not_found', 'a payment was asked for, but there is no such order', { orderId })
    const { total: amount, currency, paymentMethod: method } = state.placed
    return {
      command: {
        type: 'RequestPayment',
        orderId,
        paymentId: paymentIdOf(orderId),
        order: { amount, currency, method, closed: isClosed(state) },
      },
      order: { state, at },
    }
  }

  const decidable = (
    command: Exclude<PaymentProcessCommand, ReportIncompleteOutcome>,
    at: Date,
  ): Decidable | Promise<Decidable> => {
    switch (command.type) {
      case 'RequestPayment':
        return requestOf(command, at)
      case 'VoidOrRefund':
        return { command }
      case 'RecordProviderOutcome':
        return { command: outcomeCommand(command) }
    }
  }

  const begin = (written: readonly IntentEvent[], payment: Payment, order: InHand['order']): void => {
    for (const recorded of written) {
      for (const intent of intentsOf(recorded)) {
        // What is owed to the customer is the notification service's.
        if (intent.kind === 'notification') continue
        // Voided without an open request: there is nothing to cancel.
        if (recorded.event.type === 'PaymentVoided' && openRequestOf(payment) === undefined)
          performing.noteCompleted(intent)
        else performing.begin(intent, { recorded, ...(order === undefined ? {} : { order }) })
      }
    }
  }

  return async (command, context) => {
    if (command.type === 'ReportIncompleteOutcome') {
      const { provider, providerEventId, kind } = command
      // Parked by this, in front of a person: what it leaves out may be somebody's money.
      throw new Refusal(
        'provider_outcome_incomplete',
        `event ${providerEventId} of ${provider} (${kind}) does not say enough`,
        { provider, providerEventId },
      )
    }
    // One time for all of it: the intent that is begun is as old as the event says.
    const occurredAt = context.now()
    const { command: decided, order } = await decidable(command, occurredAt)
    const stream = streams.payment(command.orderId)
    const handled = await commands.handle(
      paymentDecider,
      stream,
      decided,
      { ...context, now: () => occurredAt },
      { mayOpen: command.type === 'RequestPayment' },
    )
    begin(writtenEvents(handled, { stream, commandId: context.commandId, occurredAt }), handled.state, order)
  }
}
