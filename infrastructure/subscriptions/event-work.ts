import type { StoredEvent } from '../event-store/port.ts'
import type { ConsumerOptions, ConsumerTiming } from './consumer-options.ts'
import { createCrashGuard, type GuardedHandling } from './crash-guard.ts'
import type { Work } from './keyed-executor.ts'
import type { Outcome, ParkReason } from './outcome.ts'
import type { Session } from './session.ts'
import { decideAfter, type HandlerResult } from './retry-policy.ts'

export type HeldDelivery = {
  readonly ackId: string
  readonly session: Session
  readonly receivedAt: number
  /** See `Delivery`. */
  readonly replayed: bigint | undefined
}

/** An event in our hands. */
export type HeldEvent = {
  readonly event: StoredEvent
  /** Above 0: somebody has been given it before, and may have done it. */
  retryCount: number
  /** The last one, and when it came; undefined for an event that was handed in from outside. */
  delivery: HeldDelivery | undefined
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

export type EventWork = {
  /** Has one event handled, as often as it takes, and acknowledges or parks it. */
  readonly workOn: (held: HeldEvent) => Work
  /** The process ends in good order: what still runs has not killed it. */
  readonly giveUp: () => void
}

/** `onStoreAway` is called when it is not the event's fault. */
export const createEventWork = (
  options: ConsumerOptions,
  timing: ConsumerTiming,
  onStoreAway: (error: unknown) => void,
): EventWork => {
  const { group, keyOf, observe = {}, random = Math.random, handle, handlerVersion, isStoreAway, isPassing } = options
  const { messageTimeoutMs } = options.settings
  const guard = createCrashGuard(options.crashGuarding)
  const underWay = new Set<GuardedHandling>()

  const workOn = (held: HeldEvent): Work => {
    const { event } = held
    let attempts = 0
    let startedAt: number | undefined
    const guarded = guard({
      group,
      eventId: event.id,
      submitted: held.delivery === undefined,
      comesAgain: () => held.retryCount > 0,
    })

    const handleOnce = async (): Promise<HandlerResult> => {
      attempts += 1
      try {
        return { outcome: await handle(event, { attempt: attempts, retryCount: held.retryCount }) }
      } catch (thrown) {
        return { thrown }
      }
    }

    /** What of its key was put aside before it comes first. Whoever hands an event in has seen to that. */
    const putAsideBefore = (): ParkReason | undefined =>
      attempts === 0 && held.delivery !== undefined
        ? options.letters?.waitsBehind(event, keyOf(event), held.delivery.replayed)
        : undefined

    const leave = (end: Parameters<HeldEvent['leave']>[0]) => {
      guarded.end()
      underWay.delete(guarded)
      held.leave(end)
      return 'finished' as const
    }

    const finish = (outcome: Outcome) => {
      observe.handled?.(event, outcome, Date.now() - (startedAt ?? Date.now()))
      return leave({ outcome })
    }

    const leaveUnacknowledged = (reason: string) => {
      observe.leftUnacknowledged?.(event, reason)
      return leave({ dropped: true })
    }

    const park = (reason: ParkReason) => {
      const { delivery } = held
      // It has come from a subscription that is gone, and not yet from a new one: the next to be given it parks it.
      if (delivery?.session.isOver() === true)
        return leaveUnacknowledged('its subscription ended before it could be parked')
      // A parked message that was handed in stands among the parked ones already.
      if (delivery !== undefined) {
        const whole = { ...reason, message: reason.message.slice(0, longestMessage), attempts, handlerVersion }
        delivery.session.park(delivery.ackId, JSON.stringify(whole))
        options.letters?.parked(event, keyOf(event), whole)
        observe.parked?.(event, whole)
      }
      return finish({ park: reason })
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
      const before = putAsideBefore()
      if (before !== undefined) return park(before)
      underWay.add(guarded)
      const decision = decideAfter(await guarded.begin(handleOnce), {
        attempts,
        triedForMs: Date.now() - startedAt,
        budgetMs: budget * messageTimeoutMs,
        retry: timing.retry,
        unexpectedAttempts: timing.unexpectedAttempts,
        isStoreAway,
        isPassing,
        random,
      })
      // Whoever dies before it is acknowledged, or whose acknowledgement is lost, gets the event again, and finds it done.
      switch (decision.kind) {
        case 'ack':
          held.delivery?.session.ack(held.delivery.ackId)
          return finish(decision.outcome)
        case 'park':
          return park(decision.reason)
        case 'leave_unacknowledged':
          observe.leftUnacknowledged?.(event, decision.reason)
          return finish({ retry: decision.retry, reason: decision.reason })
        case 'retry':
          observe.retried?.(event, decision.reason, decision.inMs, attempts)
          return decision.inMs
        case 'store_away':
          leave({ error: decision.error })
          onStoreAway(decision.error)
          return 'finished'
      }
    }
  }

  return {
    workOn,
    giveUp: () => {
      for (const guarded of underWay) guarded.end()
    },
  }
}
