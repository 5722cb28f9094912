import { backoffMs, type Backoff } from '../time/back-off.ts'
import type { Outcome, ParkReason } from './outcome.ts'

/** What a handler has returned, or what it threw. */
export type HandlerResult = { readonly outcome: Outcome } | { readonly thrown: unknown }

/** What happens to the event now. */
export type Decision =
  | { readonly kind: 'ack'; readonly outcome: 'done' | 'ignored' }
  | { readonly kind: 'park'; readonly reason: ParkReason }
  | { readonly kind: 'retry'; readonly inMs: number; readonly reason: string }
  /** Neither acknowledged nor parked: the server delivers it again after its messageTimeout. */
  | { readonly kind: 'leave_unacknowledged'; readonly retry: number; readonly reason: string }
  | { readonly kind: 'store_away'; readonly error: unknown }

export type RetryPolicy = {
  /** Attempts made so far, this one included. */
  readonly attempts: number
  /** How long the event has been tried here, and the most that it may be. */
  readonly triedForMs: number
  readonly budgetMs: number
  readonly unexpectedAttempts: number
  readonly retry: Backoff
  readonly isStoreAway: (error: unknown) => boolean
  readonly isPassing: (error: unknown) => boolean
  readonly random: () => number
}

/**
 * - What asks for a retry, or fails in a way that is known to pass, waits here with growing pauses. When the time is up it is left
 *   unacknowledged: the server delivers it again.
 * - What fails in a way nobody foresaw is tried a few times, then parked.
 * - A store that is away says nothing about the event.
 */
export const decideAfter = (result: HandlerResult, policy: RetryPolicy): Decision => {
  const { attempts, triedForMs, budgetMs, retry, random } = policy
  const retryOrLeave = (firstMs: number, reason: string): Decision => {
    const inMs = backoffMs(attempts - 1, { firstMs, capMs: Math.max(firstMs, retry.capMs) }, random)
    return triedForMs + inMs < budgetMs
      ? { kind: 'retry', inMs, reason }
      : { kind: 'leave_unacknowledged', retry: firstMs, reason }
  }

  if ('outcome' in result) {
    const { outcome } = result
    if (typeof outcome === 'string') return { kind: 'ack', outcome }
    if ('park' in outcome) return { kind: 'park', reason: outcome.park }
    return retryOrLeave(outcome.retry, outcome.reason)
  }
  const { thrown } = result
  if (policy.isStoreAway(thrown)) return { kind: 'store_away', error: thrown }
  const message = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown)
  if (policy.isPassing(thrown)) return retryOrLeave(retry.firstMs, message)
  const next = attempts < policy.unexpectedAttempts ? retryOrLeave(retry.firstMs, message) : undefined
  return next?.kind === 'retry' ? next : { kind: 'park', reason: { code: 'unexpected_error', message } }
}
