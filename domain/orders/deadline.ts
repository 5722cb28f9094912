import type { Payment } from '../payments/state.ts'

/** All in milliseconds. */
export type DeadlineSettings = {
  /** From placing to confirmed. */
  readonly confirmWithin: number
  /** On top of it, once, for a customer who has to confirm the payment. */
  readonly actionGrace: number
  /** For a provider that does not respond, or does not know yet. */
  readonly postponeBy: number
  /** From placing; beyond it no provider and no customer is waited for. */
  readonly latest: number
  /** What one call of the provider may take. */
  readonly callLimit: number
}

const minutes = 60_000

export const usualDeadlines: DeadlineSettings = {
  confirmWithin: 30 * minutes,
  actionGrace: 30 * minutes,
  postponeBy: 10 * minutes,
  latest: 120 * minutes,
  callLimit: minutes / 6,
}

/** From placing, whatever is configured: after that an order expires also where it is we who have not handled it. */
export const longestWaitForUs = 120 * minutes

export type OrderClock = {
  /** By OrderPlaced's own time. */
  readonly placedAt: Date
  /** The payment has waited for the customer at some time. */
  readonly actionRequired: boolean
  /** What an earlier look at it decided. */
  readonly postponedTo?: Date | undefined
}

/** When an order that is not confirmed is looked at. */
export const deadlineOf = ({ placedAt, actionRequired, postponedTo }: OrderClock, settings: DeadlineSettings): Date => {
  const usual = placedAt.getTime() + settings.confirmWithin + (actionRequired ? settings.actionGrace : 0)
  const moved = Math.max(usual, postponedTo?.getTime() ?? usual)
  return new Date(Math.min(moved, latestOf(placedAt, settings)))
}

/** What the shop itself has still to do for the order, as opposed to what it waits for. */
export type OwnWork = {
  /** An event of the order that a service has not handled, and that is not parked in front of a person either. */
  readonly unhandled: boolean
  /** Somebody is at its payment at this moment. */
  readonly payingNow: boolean
  /** When the last of its events was written: what follows from it has not had more time than since then. */
  readonly lastEventAt: Date
}

export type DeadlineDecision =
  | { readonly do: 'wait'; readonly until: Date }
  /** ConfirmOrder: the payment is there, the order has not heard of it. */
  | { readonly do: 'confirm'; readonly paymentId: string }
  /** RejectOrder, payment_failed. */
  | { readonly do: 'reject' }
  /** ExpireOrder, and that alone: the process managers give back stock and money. `ours`: for what we have not done ourselves. */
  | { readonly do: 'expire'; readonly ours: boolean }
  /** Ask the provider to cancel, then `afterCancel`: an order whose money has been taken by then is never expired. */
  | { readonly do: 'ask_to_cancel' }
  /** The money that came is not what the order costs: an operator has it in hand. */
  | { readonly do: 'leave_to_operator' }

/**
 * What becomes of a placed order at `now`. `payment` is the fold of the payment's own stream, read just now.
 *
 * Our own slowness expires nobody: while an event of this order waits for one of our services, or somebody is at its payment, its clock
 * stands still; and after the last event there is at least a quarter of the deadline, or the time of one call, before it ends.
 */
export const atDeadline = (
  {
    clock,
    payment,
    own,
    now,
  }: { readonly clock: OrderClock; readonly payment: Payment; readonly own: OwnWork; readonly now: Date },
  settings: DeadlineSettings,
): DeadlineDecision => {
  const deadline = deadlineOf(clock, settings)
  if (now < deadline) return { do: 'wait', until: deadline }
  switch (payment.status) {
    case 'succeeded':
      return { do: 'confirm', paymentId: payment.paymentId }
    case 'failed':
      return { do: 'reject' }
    case 'mismatch':
      return { do: 'leave_to_operator' }
    case 'none':
    // Voided already: its own follow-up asks the provider.
    case 'voided': {
      const until = waitForUs(clock, own, now, settings)
      return until === undefined ? { do: 'expire', ours: own.unhandled } : { do: 'wait', until }
    }
    case 'requested':
    case 'action_required':
    case 'unknown': {
      const until = waitForUs(clock, own, now, settings)
      return until === undefined ? { do: 'ask_to_cancel' } : { do: 'wait', until }
    }
    default:
      return payment satisfies never
  }
}

/**
 * Who is at the payment mostly has done in a moment, and what comes of it is an event, which gives the order time of its own: a look-up
 * that happens to be under way at the deadline puts it off for a moment, not for as long as something that has yet to be handled.
 */
const looksInACall = 4

/** Undefined when nothing of ours is in the way, or nothing of ours is waited for any more. */
const waitForUs = (
  { placedAt }: OrderClock,
  { unhandled, payingNow, lastEventAt }: OwnWork,
  now: Date,
  settings: DeadlineSettings,
): Date | undefined => {
  const end = placedAt.getTime() + longestWaitForUs
  if (now.getTime() >= end) return undefined
  const grace = Math.max(settings.confirmWithin / 4, settings.callLimit)
  const until = Math.max(
    unhandled ? now.getTime() + grace : lastEventAt.getTime() + grace,
    payingNow ? now.getTime() + settings.callLimit / looksInACall : 0,
  )
  return until <= now.getTime() ? undefined : new Date(Math.min(until, end))
}

/** `captured` and `failed`: the payment had come to its end before it could be cancelled. `unknown`: it may still come to either. */
export type CancelResult = 'cancelled' | 'unknown_payment' | 'captured' | 'failed' | 'unknown'

/**
 * What becomes of the order once the provider was asked to cancel. `record`: the result is the payment's outcome, the order follows from it.
 * `charge`: the provider answers, and has never been asked for the money. It was away, then, for as long as we tried: the order keeps its
 * stock for `latest`, and is paid by then. `wait`: no result, and the customer is told so.
 */
export const afterCancel = (
  { result, clock, now }: { readonly result: CancelResult; readonly clock: OrderClock; readonly now: Date },
  settings: DeadlineSettings,
): { readonly do: 'expire' | 'record' } | { readonly do: 'charge' | 'wait'; readonly until: Date } => {
  switch (result) {
    case 'cancelled':
      return { do: 'expire' }
    case 'captured':
    case 'failed':
      return { do: 'record' }
    case 'unknown_payment':
    case 'unknown': {
      const until = postponed(clock, now, settings)
      if (until === undefined) return { do: 'expire' }
      return { do: result === 'unknown' ? 'wait' : 'charge', until }
    }
    default:
      return result satisfies never
  }
}

const latestOf = (placedAt: Date, { latest }: DeadlineSettings): number => placedAt.getTime() + latest

/** Undefined when there is nothing left to wait for. */
const postponed = ({ placedAt }: OrderClock, now: Date, settings: DeadlineSettings): Date | undefined => {
  const latest = latestOf(placedAt, settings)
  return now.getTime() >= latest ? undefined : new Date(Math.min(now.getTime() + settings.postponeBy, latest))
}
