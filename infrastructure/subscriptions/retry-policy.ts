import { backoffMs, type Backoff } from '../time/back-off.ts'
import type { Outcome, ParkReason } from './outcome.ts'

/** What a handler's attempt came to: its outcome, or what it threw. */
export type Attempt = { readonly outcome: Outcome } | { readonly thrown: unknown }

/** What happens to the event now. */
export type Verdict =
  | { readonly kind: 'ack'; readonly outcome: 'done' | 'ignored' }
  | { readonly kind: 'park'; readonly reason: ParkReason }
  | { readonly kind: 'again'; readonly inMs: number; readonly reason: string }
  | { readonly kind: 'let_go'; readonly retry: number; readonly reason: string }
  | { readonly kind: 'store_away'; readonly error: unknown }

export type Judgement = {
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
 * - What asks for a retry, or fails in a way that is known to pass, waits here with growing pauses. When the time is up it is let go:
 *   the server gives it again.
 * - What fails in a way nobody foresaw is tried a few times, then parked.
 * - A store that is away says nothing about the event.
 */
export const judge = (attempt: Attempt, judgement: Judgement): Verdict => {
  const { attempts, triedForMs, budgetMs, retry, random } = judgement
  const again = (firstMs: number, reason: string): Verdict => {
    const inMs = backoffMs(attempts - 1, { firstMs, capMs: Math.max(firstMs, retry.capMs) }, random)
    return triedForMs + inMs < budgetMs ? { kind: 'again', inMs, reason } : { kind: 'let_go', retry: firstMs, reason }
  }

  if ('outcome' in attempt) {
    const { outcome } = attempt
    if (typeof outcome === 'string') return { kind: 'ack', outcome }
    if ('park' in outcome) return { kind: 'park', reason: outcome.park }
    return again(outcome.retry, outcome.reason)
  }
  const { thrown } = attempt
  if (judgement.isStoreAway(thrown)) return { kind: 'store_away', error: thrown }
  const message = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown)
  if (judgement.isPassing(thrown)) return again(retry.firstMs, message)
  const next = attempts < judgement.unexpectedAttempts ? again(retry.firstMs, message) : undefined
  return next?.kind === 'again' ? next : { kind: 'park', reason: { code: 'unexpected_error', message } }
}
