import type { Payment } from '../payments/state.ts'

/** All in milliseconds. */
export type DeadlineSettings = {
  /** From placing to confirmed. */
  readonly confirmWithin: number
  /** On top of it, once, for a customer who has to confirm the payment. */
  readonly actionGrace: number
  /** For a provider that gives no answer, and for groups that are behind. */
  readonly postponeBy: number
  /** From placing; beyond it nothing is waited for. */
  readonly latest: number
  /** A group whose oldest unhandled event is older than this may hold the very news that is missing. */
  readonly tooFarBehind: number
}

const minutes = 60_000

export const usualDeadlines: DeadlineSettings = {
  confirmWithin: 30 * minutes,
  actionGrace: 30 * minutes,
  postponeBy: 10 * minutes,
  latest: 120 * minutes,
  tooFarBehind: 5 * minutes,
}

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

export type DeadlineVerdict =
  | { readonly do: 'wait'; readonly until: Date }
  /** ConfirmOrder: the payment is there, the order has not heard of it. */
  | { readonly do: 'confirm'; readonly paymentId: string }
  /** RejectOrder, payment_failed. */
  | { readonly do: 'reject' }
  /** ExpireOrder, and that alone: the process managers give back stock and money. */
  | { readonly do: 'expire' }
  /** Ask the provider to cancel, then `afterAsking`: an order whose money has been taken by then is never expired. */
  | { readonly do: 'ask_to_cancel' }
  /** The money that came is not what the order costs: an operator has it in hand. */
  | { readonly do: 'leave_to_operator' }

/**
 * What becomes of a placed order at `now`. `payment` is the fold of the payment's own stream, read just now; `behind` is the age, in
 * milliseconds, of the oldest event that a group has not handled.
 */
export const atDeadline = (
  { clock, payment, behind, now }: { readonly clock: OrderClock; readonly payment: Payment; readonly behind: number; readonly now: Date },
  settings: DeadlineSettings,
): DeadlineVerdict => {
  const deadline = deadlineOf(clock, settings)
  if (now < deadline) return { do: 'wait', until: deadline }
  const until = postponed(clock, now, settings)
  if (behind > settings.tooFarBehind && until !== undefined) return { do: 'wait', until }
  switch (payment.status) {
    case 'succeeded': return { do: 'confirm', paymentId: payment.paymentId }
    case 'failed': return { do: 'reject' }
    case 'none':
    // Called off already: its own follow-up asks the provider.
    case 'voided': return { do: 'expire' }
    case 'requested':
    case 'action_required':
    case 'unknown': return { do: 'ask_to_cancel' }
    case 'mismatch': return { do: 'leave_to_operator' }
    default: return payment satisfies never
  }
}

/** `captured` and `failed`: the payment had come to its end before it could be cancelled. */
export type CancelAnswer = 'cancelled' | 'unknown_payment' | 'captured' | 'failed' | 'no_answer'

/** What becomes of the order once the provider was asked to cancel. `record`: the answer is the payment's outcome, the order follows from it. */
export const afterAsking = (
  { answer, clock, now }: { readonly answer: CancelAnswer; readonly clock: OrderClock; readonly now: Date },
  settings: DeadlineSettings,
): { readonly do: 'expire' | 'record' } | { readonly do: 'wait'; readonly until: Date } => {
  switch (answer) {
    case 'cancelled':
    case 'unknown_payment': return { do: 'expire' }
    case 'captured':
    case 'failed': return { do: 'record' }
    case 'no_answer': {
      const until = postponed(clock, now, settings)
      return until === undefined ? { do: 'expire' } : { do: 'wait', until }
    }
    default: return answer satisfies never
  }
}

const latestOf = (placedAt: Date, { latest }: DeadlineSettings): number => placedAt.getTime() + latest

/** Undefined when there is nothing left to wait for. */
const postponed = ({ placedAt }: OrderClock, now: Date, settings: DeadlineSettings): Date | undefined => {
  const latest = latestOf(placedAt, settings)
  return now.getTime() >= latest ? undefined : new Date(Math.min(now.getTime() + settings.postponeBy, latest))
}
