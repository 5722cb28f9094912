import { isClosed, isPlaced, orderDecider } from '../../domain/orders/order.ts'
import type {
  PaymentCommand,
  PaymentProcessCommand,
  RecordOutcomeOfUnnamedOrder,
  RecordProviderOutcome,
  ReportIncompleteOutcome,
  RefundIfClosed,
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
    case 'refund': {
      const { paymentId, claim, refund, outcome: said } = outcome
      return { type: 'RecordToldRefund', orderId, paymentId, claim, refund, outcome: said }
    }
    case 'dispute': {
      const { paymentId, dispute, outcome: said } = outcome
      return { type: 'RecordDispute', orderId, paymentId, dispute, outcome: said }
    }
  }
}

/** Whose the provider's own payment is, and which of that order; undefined: no order's. @throws ProviderUnavailable, OutcomeUnknown */
export type OrderOfPayment = (
  providerPaymentId: string,
) => Promise<{ readonly orderId: string; readonly paymentId: string } | undefined>

/** A command as the payment's stream decides it, and the order as it was read for it. */
type Decidable = { readonly command: PaymentCommand; readonly order?: NonNullable<InHand['order']> }

type DecidedCommand = Exclude<PaymentProcessCommand, ReportIncompleteOutcome | RecordOutcomeOfUnnamedOrder>

const report = ({ provider, providerEventId, kind }: ReportIncompleteOutcome): never => {
  // Parked by this, in front of a person: what it leaves out may be somebody's money.
  throw new Refusal(
    'provider_outcome_incomplete',
    `event ${providerEventId} of ${provider} (${kind}) does not say enough`,
    { provider, providerEventId },
  )
}

/**
 * The payment service's commands, each decided on `payment-{orderId}`. None of them has the provider do anything: an intent that one has
 * written is begun right after, and who may call is decided there. It is asked whose a payment is, where it has told of one without that.
 */
export const paymentHandler = (
  commands: CommandHandling,
  performing: Pick<Performing, 'begin' | 'noteCompleted'>,
  orderOf?: OrderOfPayment,
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

  /** Closed between this look and the append: then VoidOrRefund follows by that. */
  const refundIfClosed = async ({ orderId, reason }: RefundIfClosed): Promise<Decidable | undefined> => {
    const { state } = await commands.load(orderDecider, streams.order(orderId))
    return isClosed(state) ? { command: { type: 'VoidOrRefund', orderId, reason } } : undefined
  }

  /** Undefined: there is nothing to decide. */
  const decidable = (command: DecidedCommand, at: Date): Decidable | undefined | Promise<Decidable | undefined> => {
    switch (command.type) {
      case 'RequestPayment':
        return requestOf(command, at)
      case 'VoidOrRefund':
        return { command }
      case 'RefundIfClosed':
        return refundIfClosed(command)
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

  /** Undefined: the sale is another program's, under the same account at the provider. */
  const namedBy = async (command: RecordOutcomeOfUnnamedOrder): Promise<DecidedCommand | undefined> => {
    if (orderOf === undefined) return report(command.otherwise)
    const found = await orderOf(command.providerPaymentId)
    if (found === undefined) return undefined
    if (command.outcome === undefined) return report(command.otherwise)
    const { orderId, paymentId } = found
    // It may name the order, and be another payment than the order's: that decides, and not what the event leaves out.
    return { type: 'RecordProviderOutcome', orderId, outcome: { ...command.outcome, paymentId } }
  }

  return async (asked, context) => {
    if (asked.type === 'ReportIncompleteOutcome') return report(asked)
    const command = asked.type === 'RecordOutcomeOfUnnamedOrder' ? await namedBy(asked) : asked
    if (command === undefined) return
    // One time for all of it: the intent that is begun is as old as the event says.
    const occurredAt = context.now()
    const found = await decidable(command, occurredAt)
    if (found === undefined) return
    const { command: decided, order } = found
    const stream = streams.payment(command.orderId)
    const handled = await commands.handle(
      paymentDecider,
      stream,
      decided,
      // What the order is told belongs to it, also where the provider's event could not say so.
      {
        ...context,
        ...(asked === command ? {} : { correlationId: command.orderId }),
        now: () => occurredAt,
      },
      { mayOpen: command.type === 'RequestPayment' },
    )
    begin(writtenEvents(handled, { stream, commandId: context.commandId, occurredAt }), handled.state, order)
  }
}
