import type { StoredEvent } from '../event-store/port.ts'
import type { ConsumerOptions, ConsumerTiming } from './consumer-options.ts'
import { createCrashGuard, type GuardedHandling, type NotStarted } from './crash-guard.ts'
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
  /** Counted by those who forget; one of before then is wanted by nobody any more, unless it is delivered again. */
  generation: number
  readonly byPerson: boolean
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
  /** `work` has one event handled, as often as it takes, and acknowledges or parks it. `drop`: it is not, and leaves our hands. */
  readonly workOn: (held: HeldEvent) => { readonly work: Work; readonly drop: () => void }
  /** The process ends in good order: what still runs has not killed it. */
  readonly giveUp: () => void
}

export type EventWorkParts = {
  /** What is wanted has this one. */
  readonly generation: () => number
  /** Called when it is not the event's fault. */
  readonly onStoreAway: (error: unknown) => void
}

export const createEventWork = (
  options: ConsumerOptions,
  timing: ConsumerTiming,
  { generation, onStoreAway }: EventWorkParts,
): EventWork => {
  const { group, keyOf, observe = {}, random = Math.random, handle, handlerVersion, isStoreAway, isPassing } = options
  const { messageTimeoutMs } = options.settings
  const guard = createCrashGuard(options.crashGuarding)
  const underWay = new Set<GuardedHandling>()

  const workOn: EventWork['workOn'] = (held) => {
    const { event } = held
    let attempts = 0
    let startedAt: number | undefined
    const notToStart = (): NotStarted | undefined => {
      if (held.generation !== generation()) return 'forgotten'
      const { delivery } = held
      const isLate = delivery !== undefined && Date.now() - delivery.receivedAt > tooLate * messageTimeoutMs
      return startedAt === undefined && isLate ? 'too_late' : undefined
    }
    const guarded = guard({
      group,
      eventId: event.id,
      byPerson: held.byPerson,
      comesAgain: () => held.retryCount > 0,
      notToStart,
    })

    const handleOnce = async (): Promise<HandlerResult> => {
      startedAt ??= Date.now()
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

    const work: Work = async () => {
      const before = putAsideBefore()
      if (before !== undefined) return park(before)
      underWay.add(guarded)
      const result = await guarded.begin(handleOnce)
      if (result === 'forgotten') return leave({ dropped: true })
      if (result === 'too_late') return leaveUnacknowledged('it waited too long for its turn')
      const decision = decideAfter(result, {
        attempts,
        triedForMs: Date.now() - (startedAt ?? Date.now()),
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

    return {
      work,
      drop: () => {
        leave({ dropped: true })
      },
    }
  }

  return {
    workOn,
    giveUp: () => {
      for (const guarded of underWay) guarded.end()
    },
  }
}
