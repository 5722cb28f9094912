import { isClosed, orderDecider } from '../../../domain/orders/order.ts'
import type { OrderEvent } from '../../../domain/orders/events.ts'
import type { PaymentCommand, PaymentProcessCommand } from '../../../domain/payments/commands.ts'
import type { PaymentEvent } from '../../../domain/payments/events.ts'
import { paymentDecider, type Payment } from '../../../domain/payments/payment.ts'
import { paymentProcess } from '../../../domain/payments/process.ts'
import { fullRefundId } from '../../../domain/payments/refunds.ts'
import { react } from '../../../domain/shared/process-manager.ts'
import { categoryOf } from '../../../domain/shared/streams.ts'
import { comparePositions } from '../../../infrastructure/event-store/position.ts'
import { outcomeCommand } from '../../../processors/payments/handlers.ts'
import type { Log } from '../../simulation/statements/log.ts'
import { rowDecided, rowOf } from './row-of-command.ts'

type Entry = Log[number]
type Written = { readonly event: PaymentEvent; readonly entry: Entry }

/** The command that must have been given, as far as rows differ by it. `told`: by the provider, unasked. */
const commandOf = (event: PaymentEvent, told: boolean): PaymentCommand => {
  const { orderId } = event
  const outcome = (came: Extract<PaymentCommand, { type: 'RecordPaymentOutcome' }>['outcome']): PaymentCommand => ({
    type: 'RecordPaymentOutcome',
    orderId,
    paymentId: orderId,
    outcome: came,
  })
  const charge = { providerPaymentId: '', amount: 0, currency: '' }
  switch (event.type) {
    case 'PaymentRequested':
      return {
        type: 'RequestPayment',
        orderId,
        paymentId: event.paymentId,
        order: { amount: event.amount, currency: event.currency, method: event.method, closed: false },
      }
    case 'PaymentVoided':
      if (event.reason !== 'order_closed') return { type: 'VoidOrRefund', orderId, reason: event.reason }
      return { type: 'RequestPayment', orderId, paymentId: orderId, order: { ...charge, method: '', closed: true } }
    case 'PaymentSucceeded':
    case 'PaymentMismatchDetected':
    case 'DuplicateChargeDetected':
      return outcome({ kind: 'succeeded', ...charge })
    case 'PaymentFailed':
      return outcome({ kind: 'failed', code: event.code })
    case 'PaymentActionRequired':
      return outcome({ kind: 'action_required', url: event.url })
    case 'PaymentOutcomeUnknown':
      return outcome({ kind: 'unknown' })
    case 'RefundRequested': {
      const { refundId, attempt, amount, currency, reason, lines } = event
      if (attempt > 1) return { type: 'RetryRefund', orderId, refundId }
      if (refundId === fullRefundId) return { type: 'VoidOrRefund', orderId, reason }
      return lines === undefined
        ? { type: 'RefundPayment', orderId, refundId, amount, currency, reason }
        : { type: 'RefundLines', orderId, refundId, lines: [], currency, reason }
    }
    case 'RefundSucceeded':
    case 'RefundFailed': {
      const { refundId, attempt } = event
      const kind = event.type === 'RefundSucceeded' ? 'succeeded' : 'failed'
      const said = { kind, providerRefundId: '', code: '', providerTime: '' } as const
      return told
        ? {
            type: 'RecordToldRefund',
            orderId,
            paymentId: undefined,
            claim: { refundId, attempt },
            refund: undefined,
            outcome: said,
          }
        : { type: 'RecordRefundOutcome', orderId, refundId, attempt, outcome: said }
    }
    case 'RefundSettledManually':
      return { type: 'SettleRefund', orderId, refundId: event.refundId, note: event.note }
    case 'RefundWithdrawn':
      return { type: 'WithdrawRefund', orderId, refundId: event.refundId, note: event.note }
    case 'ExternalRefundRecorded':
    case 'ExternalRefundFailed': {
      const { providerRefundId, providerPaymentId, amount, currency, providerTime } = event
      const kind = event.type === 'ExternalRefundRecorded' ? 'succeeded' : 'failed'
      return {
        type: 'RecordToldRefund',
        orderId,
        paymentId: undefined,
        claim: undefined,
        refund: { providerRefundId, providerPaymentId, amount, currency },
        outcome: { kind, providerRefundId, code: '', providerTime },
      }
    }
    case 'DisputeOpened':
    case 'DisputeLost':
    case 'DisputeWon': {
      const kind = ({ DisputeOpened: 'opened', DisputeLost: 'lost', DisputeWon: 'won' } as const)[event.type]
      const { providerTime, ...dispute } = event
      return { type: 'RecordDispute', orderId, paymentId: undefined, dispute, outcome: { kind, providerTime } }
    }
  }
}

const before = (written: readonly Written[], { position }: Entry): Payment =>
  written
    .filter(({ entry }) => comparePositions(entry.position, position) < 0)
    .reduce(
      (payment, { event, entry }) => paymentDecider.evolve(payment, event, entry.created),
      paymentDecider.initialState,
    )

const isClosedBefore = (events: Log, { position }: Entry): boolean =>
  isClosed(
    events
      .filter((entry) => categoryOf(entry.stream) === 'order' && comparePositions(entry.position, position) < 0)
      // A stream of a category holds the events of that category alone.
      .reduce(
        (order, entry) => orderDecider.evolve(order, entry.event as OrderEvent, entry.created),
        orderDecider.initialState,
      ),
  )

/** What is decided on the payment's stream; undefined where that does not show, or there is nothing to decide. */
const decidable = (
  asked: PaymentProcessCommand,
  orderId: string,
  isOrderClosed: boolean,
): PaymentCommand | undefined => {
  switch (asked.type) {
    case 'VoidOrRefund':
      return asked
    case 'RefundIfClosed':
      return isOrderClosed ? { type: 'VoidOrRefund', orderId, reason: asked.reason } : undefined
    case 'RecordProviderOutcome':
      return outcomeCommand(asked)
    case 'RecordOutcomeOfUnnamedOrder':
      return asked.outcome && outcomeCommand({ type: 'RecordProviderOutcome', orderId, outcome: asked.outcome })
    case 'RequestPayment':
    case 'ReportIncompleteOutcome':
      return undefined
  }
}

/**
 * The rows that an order's log shows, all of its events, with what the provider told of it: each append is one, and so is each event that
 * asks for something of which nothing came, where the domain says that of the state in which the event finds the payment.
 */
export const rowsSeen = (orderId: string, events: Log): ReadonlySet<string> => {
  const written: readonly Written[] = events
    .filter(({ stream }) => categoryOf(stream) === 'payment')
    // As above.
    .map((entry) => ({ entry, event: entry.event as PaymentEvent }))
  const appends = [...Map.groupBy(written, ({ entry }) => entry.metadata.commandId).values()]
  const isTold = ({ metadata }: Entry) =>
    events.some(({ id, event }) => id === metadata.$causationId && event.type === 'PaymentProviderEventReceived')

  const seen = appends.flatMap((append) => {
    const [first] = append
    if (first === undefined) return []
    const command = commandOf(first.event, isTold(first.entry))
    return [
      rowOf(
        before(written, first.entry),
        command,
        append.map(({ event }) => event.type),
      ),
    ]
  })
  const nothing = events.flatMap((entry) => {
    const hasFollowed = written.some(
      ({ entry: { metadata } }) => metadata.$causationId === entry.id && metadata.actor.id === paymentProcess.group,
    )
    if (hasFollowed) return []
    return react(paymentProcess, entry.event, { eventId: entry.id }).flatMap((asked) => {
      const command = decidable(asked, orderId, isClosedBefore(events, entry))
      const row = command === undefined ? '' : rowDecided(before(written, entry), command)
      return / (nothing|refused \w+)$/.test(row) ? [row] : []
    })
  })
  return new Set([...seen, ...nothing])
}
