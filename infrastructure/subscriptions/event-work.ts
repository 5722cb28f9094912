import type { StoredEvent } from '../event-store/port.ts'
import type { ConsumerOptions, ConsumerTiming } from './consumer-options.ts'
import type { Work } from './keyed-executor.ts'
import type { Outcome } from './outcome.ts'
import type { Session } from './session.ts'
import { decideAfter, type HandlerResult } from './retry-policy.ts'

/** An event in our hands. */
export type HeldEvent = {
  readonly event: StoredEvent
  /** Above 0: somebody has been given it before, and may have done it. */
  retryCount: number
  /** The last one, and when it came; undefined for an event that was handed in from outside. */
  delivery: { readonly ackId: string; readonly session: Session; readonly receivedAt: number } | undefined
  /** The event leaves our hands; with an outcome, or because the group has stopped, or with what kept it from being handled. */
  readonly leave: (
    end: { readonly outcome: Outcome } | { readonly dropped: true } | { readonly error: unknown },
  ) => void
}

/** The part of the messageTimeout after which the server is about to send again what has not been started here. */
const tooLate = 0.8
/** The part of the messageTimeout that an event may be tried for. */
const budget = 0.5
const longestMessage = 1_000

/** Has one event handled, as often as it takes, and acknowledges or parks it. `onStoreAway` is called when it is not the event's fault. */
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

    const handleOnce = async (): Promise<HandlerResult> => {
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

    const leaveUnacknowledged = (reason: string) => {
      observe.leftUnacknowledged?.(event, reason)
      held.leave({ dropped: true })
      return 'finished' as const
    }

    return async () => {
      if (
        startedAt === undefined &&
        held.delivery !== undefined &&
        Date.now() - held.delivery.receivedAt > tooLate * messageTimeoutMs
      ) {
        return leaveUnacknowledged('it waited too long for its turn')
      }
      startedAt ??= Date.now()
      attempts += 1
      const decision = decideAfter(await handleOnce(), {
        attempts,
        triedForMs: Date.now() - startedAt,
        budgetMs: budget * messageTimeoutMs,
        retry: timing.retry,
        unexpectedAttempts: timing.unexpectedAttempts,
        isStoreAway,
        isPassing,
        random,
      })
      const { delivery } = held
      // Whoever dies before it is acknowledged, or whose acknowledgement is lost, gets the event again, and finds it done.
      switch (decision.kind) {
        case 'ack':
          delivery?.session.ack(delivery.ackId)
          return finish(decision.outcome)
        case 'park': {
          // It has come from a subscription that is gone, and not yet from a new one: the next to be given it parks it.
          if (delivery?.session.isOver() === true)
            return leaveUnacknowledged('its subscription ended before it could be parked')
          const { code, message } = decision.reason
          const reason = { code, message: message.slice(0, longestMessage), attempts, handlerVersion }
          // A parked message that was handed in stands among the parked ones already.
          if (delivery !== undefined) {
            delivery.session.park(delivery.ackId, JSON.stringify(reason))
            observe.parked?.(event, reason)
          }
          return finish({ park: decision.reason })
        }
        case 'leave_unacknowledged':
          observe.leftUnacknowledged?.(event, decision.reason)
          return finish({ retry: decision.retry, reason: decision.reason })
        case 'retry':
          observe.retried?.(event, decision.reason, decision.inMs, attempts)
          return decision.inMs
        case 'store_away':
          held.leave({ error: decision.error })
          onStoreAway(decision.error)
          return 'finished'
      }
    }
  }
}
