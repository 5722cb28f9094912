import type { StoredEvent } from '../event-store/port.ts'
import type { Answers } from './answers.ts'
import type { ConsumerOptions, ConsumerTiming } from './consumer-options.ts'
import type { Work } from './keyed-executor.ts'
import type { Outcome } from './outcome.ts'
import { judge, type Attempt } from './verdict.ts'

/** An event in our hands. */
export type HeldEvent = {
  readonly event: StoredEvent
  readonly retryCount: number
  /** Where the last delivery came from, and when; undefined for one that was handed in from outside. */
  delivery: { readonly ackId: string; readonly answers: Answers; readonly receivedAt: number } | undefined
  /** The event leaves our hands; with an outcome, or because the group has stopped, or with what kept it from being handled. */
  readonly leave: (end: { readonly outcome: Outcome } | { readonly dropped: true } | { readonly error: unknown }) => void
}

/** The part of the messageTimeout after which the server is about to send again what has not been started here. */
const tooLate = 0.8
/** The part of the messageTimeout that an event may be tried for. */
const budget = 0.5
const longestMessage = 1_000

/** Has one event handled, as often as it takes, and answers the server. `onStoreAway` is told when it is not the event's fault. */
export const createEventWork = (
  options: ConsumerOptions,
  timing: ConsumerTiming,
  onStoreAway: (error: unknown) => void,
): ((held: HeldEvent) => Work) => {
  const { observe = {}, random = Math.random, handle, handlerVersion, isStoreAway, isPassing } = options
  const { messageTimeoutMs } = options.settings

  return (held) => {
    const { event } = held
    let attempts = 0
    let startedAt: number | undefined

    const attemptOnce = async (): Promise<Attempt> => {
      try {
        return { outcome: await handle(event, { attempt: attempts, retryCount: held.retryCount }) }
      } catch (thrown) {
        return { thrown }
      }
    }

    const finish = (outcome: Outcome) => {
      observe.handled?.(event, outcome, Date.now() - (startedAt ?? Date.now()))
      held.leave({ outcome })
      return 'finished' as const
    }

    return async () => {
      if (startedAt === undefined && held.delivery !== undefined && Date.now() - held.delivery.receivedAt > tooLate * messageTimeoutMs) {
        observe.letGo?.(event, 'it waited too long for its turn')
        held.leave({ dropped: true })
        return 'finished'
      }
      startedAt ??= Date.now()
      attempts += 1
      const attempt = await attemptOnce()
      const verdict = judge(attempt, {
        attempts, triedForMs: Date.now() - startedAt, budgetMs: budget * messageTimeoutMs, retry: timing.retry,
        unexpectedAttempts: timing.unexpectedAttempts, isStoreAway, isPassing, random,
      })
      // Whoever dies before the answer, or whose answer is lost, gets the event again, and finds it done.
      switch (verdict.kind) {
        case 'ack':
          held.delivery?.answers.ack(held.delivery.ackId)
          return finish(verdict.outcome)
        case 'park': {
          const { code, message } = verdict.reason
          const reason = { code, message: message.slice(0, longestMessage), attempts, handlerVersion }
          // A letter that was handed in stands among the parked ones already.
          if (held.delivery !== undefined) {
            held.delivery.answers.park(held.delivery.ackId, JSON.stringify(reason))
            observe.parked?.(event, reason)
          }
          return finish({ park: verdict.reason })
        }
        case 'let_go':
          observe.letGo?.(event, verdict.reason)
          return finish({ retry: verdict.retry, reason: verdict.reason })
        case 'again':
          observe.retried?.(event, verdict.reason, verdict.inMs, attempts)
          return verdict.inMs
        case 'store_away':
          held.leave({ error: verdict.error })
          onStoreAway(verdict.error)
          return 'finished'
      }
    }
  }
}
