import { reservationDecider } from '../../domain/inventory/reservation.ts'
import { afterCancel, atDeadline, type DeadlineSettings, type OwnWork } from '../../domain/orders/deadline.ts'
import type { OrderCommand } from '../../domain/orders/commands.ts'
import { orderDecider, type Order } from '../../domain/orders/order.ts'
import { unhandledBy } from '../../domain/orders/unhandled.ts'
import { paymentDecider } from '../../domain/payments/payment.ts'
import { isOpen, type Payment } from '../../domain/payments/state.ts'
import { paymentIdOf } from '../../domain/shared/ids.ts'
import { streams } from '../../domain/shared/streams.ts'
import type { CommandHandling } from '../../infrastructure/event-store/handle-command.ts'
import type { StreamReader } from '../../infrastructure/event-store/port.ts'
import { ProcessStopping } from '../../infrastructure/outside/errors.ts'
import type { Turn, Turns } from '../../infrastructure/time/turns.ts'
import type { PaymentProvider } from '../../payment-providers/port.ts'
import type { Leases } from '../perform/leases.ts'
import type { CallLimit } from '../perform/call-limit.ts'
import { outcomeOfCancel } from '../perform/charge.ts'
import { paymentKey } from '../perform/intent.ts'
import type { OutcomeContext } from '../perform/outcome-context.ts'
import type { Performed } from '../perform/perform.ts'
import type { Schedule } from '../perform/schedule.ts'
import type { ParkedOrders } from '../dead-letters/parked-orders.ts'
import { cancelResultOf, createAskToCancel, type CancelAnswer } from './ask-to-cancel.ts'
import { createAskingTurn, type Permission, type ProviderState } from './asking-turn.ts'

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
  /** The provider's backlog is worked off at its pace. Deadlines wait in a lane of their own, what they charge in that of the payments. */
  readonly turns: Pick<Turns, 'takeFree'> & { readonly deadlines: Turn; readonly effects: Turn }
  readonly providerState: () => ProviderState
  /** Takes up the charge of an order whose payment is open; resolves when it has come to something, or to nothing for now. */
  readonly charge: (orderId: string) => Promise<Performed | undefined>
  /** When an order that is in an operator's hands is looked at again. */
  readonly dueAgain: Schedule
  readonly store: Pick<StreamReader, 'lastEvents'>
  readonly isParked: ParkedOrders
  /** An order has expired for what we had not done ourselves within two hours. */
  readonly alert: (message: string, fields: Readonly<Record<string, unknown>>) => void
}

export type Deadline = (order: WaitingOrder) => Promise<void>

/** What there is to do about it still, once nobody has its lease any more. */
type Left = { readonly dueAt: Date; readonly charge?: 'in_this_turn' | 'in_another' }

/** They have had the address, and there is something that they have to do. */
const waitsForCustomer = (payment: Payment): boolean => 'actionUrl' in payment && payment.actionUrl !== undefined

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
    turns,
    providerState,
    charge,
    dueAgain,
    store,
    isParked,
    alert,
  } = dependencies

  const decide = async (order: WaitingOrder, command: OrderCommand): Promise<undefined> => {
    await commands.handle(orderDecider, streams.order(order.orderId), command, contextOf(order))
  }

  const tellOfDelay = (order: WaitingOrder): Promise<undefined> =>
    decide(order, { type: 'DelayOrder', orderId: order.orderId, reason: 'payment_unanswered' })

  const askToCancel = createAskToCancel({ provider, limit, newId })
  const askingTurn = createAskingTurn({ ...turns, turn: turns.deadlines, providerState })
  const isLatest = ({ placedAt }: WaitingOrder) => now().getTime() >= placedAt.getTime() + settings.latest

  const answerTo = async (
    order: WaitingOrder,
    isKnownThere: boolean,
    permission: Permission,
  ): Promise<CancelAnswer> => {
    if (permission === 'away') return { kind: 'unanswered' }
    if (permission === 'later') return { kind: 'not_asked' }
    return isKnownThere ? askToCancel(order) : { kind: 'unknown_payment' }
  }

  const cancelOrWait = async (
    order: WaitingOrder,
    payment: Payment,
    permission: Permission,
  ): Promise<Left | undefined> => {
    const { orderId } = order
    const paymentId = paymentIdOf(orderId)
    // What nobody has sent is not looked for there: it is charged under a lease of its own, which also knows better.
    const isKnownThere = payment.status !== 'requested' || (await leases.mayHaveSent('payment', paymentKey(orderId)))
    const result = await answerTo(order, isKnownThere, permission)
    const decision = afterCancel({ result: cancelResultOf(result), clock: order, now: now() }, settings)
    switch (decision.do) {
      case 'wait':
        if (result.kind === 'not_asked') return { dueAt: new Date(now().getTime() + settings.callLimit) }
        if (result.kind === 'unanswered' && !waitsForCustomer(payment)) await tellOfDelay(order)
        return { dueAt: decision.until }
      case 'charge':
        return { dueAt: decision.until, charge: isKnownThere ? 'in_another' : 'in_this_turn' }
      case 'expire':
        return decide(order, { type: 'ExpireOrder', orderId })
      case 'record': {
        const outcome =
          result.kind === 'unanswered' || result.kind === 'not_asked' ? undefined : outcomeOfCancel(result)
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
  const look = async (order: WaitingOrder, claimCount: number, permission: Permission): Promise<Left | undefined> => {
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
        return { dueAt: decision.until }
      case 'confirm':
        return decide(order, { type: 'ConfirmOrder', orderId, paymentId: decision.paymentId })
      case 'reject':
        return decide(order, { type: 'RejectOrder', orderId, reason: 'payment_failed' })
      case 'expire':
        return decide(order, { type: 'ExpireOrder', orderId })
      case 'ask_to_cancel':
        return cancelOrWait(order, payment, permission)
      case 'leave_to_operator':
        return { dueAt: dueAgain(claimCount, now()) }
    }
  }

  /** Under the lease of its deadline. What has still to be charged is charged when that has been given back. */
  const lookAlone = async (order: WaitingOrder, permission: Permission): Promise<Left | undefined> => {
    const what = { kind: 'deadline', key: order.orderId, since: order.placedAt, eventId: order.eventId }
    const lease = await leases.claim(what, { onlyDue: false })
    if (lease === undefined) return undefined
    const later = () => dueAgain(lease.claimCount, now())
    const left = await look(order, lease.claimCount, permission).catch(async (error: unknown) => {
      // Nobody has been asked, so nothing is decided: whoever comes next begins anew.
      if (error instanceof ProcessStopping) return { dueAt: now() }
      await leases.release(lease, { dueInMs: later().getTime() - now().getTime() })
      throw error
    })
    // Also of one that is decided, or soon will be: should it come to nothing after all, it is looked at again.
    await leases.release(lease, { dueInMs: (left?.dueAt ?? later()).getTime() - now().getTime() })
    return left
  }

  const chargeNow = async (order: WaitingOrder): Promise<void> => {
    const performed = await charge(order.orderId)
    if (performed?.kind === 'open' && performed.unanswered === true) await tellOfDelay(order)
  }

  return async (order) => {
    // What stands there decides nothing: it is looked at again under the lease.
    const { state } = await commands.load(paymentDecider, streams.payment(order.orderId))
    if (!isOpen(state)) {
      await lookAlone(order, 'later')
      return
    }
    const left = await askingTurn(
      async (permission) => {
        // As due as it was: its turn comes.
        if (permission === 'later' && !isLatest(order)) return undefined
        const found = await lookAlone(order, permission)
        if (found?.charge === 'in_this_turn') await chargeNow(order)
        return found
      },
      { waits: !isLatest(order) },
    )
    if (left?.charge === 'in_another' && (await turns.effects(() => providerState() === 'closed')))
      await chargeNow(order)
  }
}
