import { reservationDecider } from '../../domain/inventory/reservation.ts'
import {
  afterCancel,
  atDeadline,
  type CancelResult,
  type DeadlineSettings,
  type OrderClock,
  type OwnWork,
} from '../../domain/orders/deadline.ts'
import type { OrderCommand } from '../../domain/orders/commands.ts'
import { orderDecider, type Order } from '../../domain/orders/order.ts'
import { unhandledBy } from '../../domain/orders/unhandled.ts'
import { paymentDecider } from '../../domain/payments/payment.ts'
import type { Payment } from '../../domain/payments/state.ts'
import { paymentIdOf } from '../../domain/shared/ids.ts'
import { streams } from '../../domain/shared/streams.ts'
import type { CommandHandling } from '../../infrastructure/event-store/handle-command.ts'
import type { StreamReader } from '../../infrastructure/event-store/port.ts'
import { OutcomeUnknown, ProcessStopping, ProviderUnavailable } from '../../infrastructure/outside/errors.ts'
import type { Pace } from '../../infrastructure/time/pace.ts'
import type { ChargeResult, PaymentProvider } from '../../payment-providers/port.ts'
import type { Leases } from '../perform/leases.ts'
import type { CallLimit } from '../perform/call-limit.ts'
import { outcomeOfCancel } from '../perform/charge.ts'
import { paymentKey } from '../perform/intent.ts'
import type { OutcomeContext } from '../perform/outcome-context.ts'
import type { Schedule } from '../perform/schedule.ts'
import type { ParkedOrders } from '../dead-letters/parked-orders.ts'

/** An order that waits for its confirmation, as the follow-ups' fold knows it. */
export type WaitingOrder = {
  readonly orderId: string
  readonly placedAt: Date
  readonly actionRequired: boolean
  /** The event that placed it. */
  readonly eventId: string
  /** Of what has led to that. */
  readonly traceparent?: string
}

export type DeadlineDependencies = {
  readonly commands: CommandHandling
  readonly provider: PaymentProvider
  readonly leases: Leases
  readonly limit: CallLimit
  readonly contextOf: OutcomeContext
  readonly newId: () => string
  readonly now: () => Date
  readonly settings: DeadlineSettings
  /** Waited for before the provider is called: its backlog is worked off at this pace. */
  readonly turn: Pace
  /** Takes up the charge of an order whose payment is open; resolves when it has come to something, or to nothing for now. */
  readonly charge: (orderId: string) => Promise<unknown>
  /** When an order that is in an operator's hands is looked at again. */
  readonly dueAgain: Schedule
  readonly store: Pick<StreamReader, 'lastEvents'>
  readonly isParked: ParkedOrders
  /** An order has expired for what we had not done ourselves within two hours. */
  readonly alert: (message: string, fields: Readonly<Record<string, unknown>>) => void
}

export type Deadline = (order: WaitingOrder) => Promise<void>

const cancelResultOf = (result: ChargeResult): CancelResult => {
  switch (result.kind) {
    case 'cancelled':
      return 'cancelled'
    case 'unknown_payment':
      return 'unknown_payment'
    case 'succeeded':
      return 'captured'
    case 'failed':
      return 'failed'
    case 'pending':
    case 'action_required':
      return 'unknown'
  }
}

/** What becomes of an order at its deadline, by one replica at a time. Dying anywhere in here leaves the order due again. */
export const createDeadline = (dependencies: DeadlineDependencies): Deadline => {
  const {
    commands,
    provider,
    leases,
    limit,
    contextOf,
    newId,
    now,
    settings,
    turn,
    charge,
    dueAgain,
    store,
    isParked,
    alert,
  } = dependencies

  const decide = async (order: WaitingOrder, command: OrderCommand): Promise<undefined> => {
    await commands.handle(orderDecider, streams.order(order.orderId), command, contextOf(order))
  }

  const askToCancel = async ({ orderId, placedAt }: WaitingOrder): Promise<ChargeResult | undefined> => {
    await turn()
    try {
      const payment = { paymentId: paymentIdOf(orderId), notBefore: async () => placedAt }
      return await limit((signal) => provider.cancel({ ...payment, idempotencyKey: `cancel-${newId()}` }, signal))
    } catch (error) {
      if (error instanceof ProcessStopping) throw error
      if (error instanceof ProviderUnavailable || error instanceof OutcomeUnknown) return undefined
      throw error
    }
  }

  const cancelOrWait = async (order: WaitingOrder, clock: OrderClock): Promise<Date | undefined> => {
    const { orderId } = order
    const paymentId = paymentIdOf(orderId)
    const result = await askToCancel(order)
    const decision = afterCancel(
      { result: result === undefined ? 'unknown' : cancelResultOf(result), clock, now: now() },
      settings,
    )
    switch (decision.do) {
      case 'wait':
        await decide(order, { type: 'DelayOrder', orderId, reason: 'payment_unanswered' })
        return decision.until
      case 'charge':
        await turn()
        await charge(orderId)
        return decision.until
      case 'expire':
        return decide(order, { type: 'ExpireOrder', orderId })
      case 'record': {
        const outcome = result === undefined ? undefined : outcomeOfCancel(result)
        if (outcome === undefined) throw new Error('a result that is no outcome cannot be recorded')
        const command = { type: 'RecordPaymentOutcome', orderId, paymentId, outcome } as const
        await commands.handle(paymentDecider, streams.payment(orderId), command, contextOf(order))
        return undefined
      }
    }
  }

  const ownWorkFor = async ({ orderId, placedAt }: WaitingOrder, state: Order, payment: Payment): Promise<OwnWork> => {
    const reservation = (await commands.load(reservationDecider, streams.reservation(orderId))).state
    const group = unhandledBy(state, reservation, payment)
    const last = await Promise.all(
      [streams.reservation(orderId), streams.payment(orderId)].map((stream) => store.lastEvents(stream, 1)),
    )
    return {
      unhandled: group !== undefined && !(await isParked(group, orderId)),
      payingNow: await leases.isLeased('payment', paymentKey(orderId)),
      lastEventAt: new Date(Math.max(placedAt.getTime(), ...last.flat().map(({ created }) => created.getTime()))),
    }
  }

  /** When to look again; undefined when the order is decided, or soon will be. */
  const look = async (order: WaitingOrder, claimCount: number): Promise<Date | undefined> => {
    const { orderId } = order
    const { state } = await commands.load(orderDecider, streams.order(orderId))
    if (state.status !== 'placed') return undefined
    const payment = (await commands.load(paymentDecider, streams.payment(orderId))).state
    const own = await ownWorkFor(order, state, payment)
    const decision = atDeadline({ clock: order, payment, own, now: now() }, settings)
    if (decision.do === 'expire' && decision.ours)
      alert('order expired: its own events were not handled within two hours', { orderId })
    switch (decision.do) {
      case 'wait':
        return decision.until
      case 'confirm':
        return decide(order, { type: 'ConfirmOrder', orderId, paymentId: decision.paymentId })
      case 'reject':
        return decide(order, { type: 'RejectOrder', orderId, reason: 'payment_failed' })
      case 'expire':
        return decide(order, { type: 'ExpireOrder', orderId })
      case 'ask_to_cancel':
        return cancelOrWait(order, order)
      case 'leave_to_operator':
        return dueAgain(claimCount, now())
    }
  }

  return async (order) => {
    const what = { kind: 'deadline', key: order.orderId, since: order.placedAt, eventId: order.eventId }
    const lease = await leases.claim(what, { onlyDue: false })
    if (lease === undefined) return
    const later = () => dueAgain(lease.claimCount, now())
    const dueAt = await look(order, lease.claimCount).catch(async (error: unknown) => {
      // Nobody has been asked, so nothing is decided: whoever comes next begins anew.
      if (error instanceof ProcessStopping) return now()
      await leases.release(lease, { dueInMs: later().getTime() - now().getTime() })
      throw error
    })
    // Also of one that is decided, or soon will be: should it come to nothing after all, it is looked at again.
    await leases.release(lease, { dueInMs: (dueAt ?? later()).getTime() - now().getTime() })
  }
}
