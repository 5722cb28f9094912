import type { Delivery, StoredEvent } from '../event-store/port.ts'
import type { ConsumerOptions, ConsumerTiming } from './consumer-options.ts'
import { createEventWork, type HeldEvent } from './event-work.ts'
import { ConsumerPaused, type GroupConsumer } from './group-consumer.ts'
import { createKeyedExecutor, type Work } from './keyed-executor.ts'
import type { Session } from './session.ts'

/** The events in a consumer's hands, however they came there. Whether it takes any is not decided here. */
export type HeldEvents = Pick<GroupConsumer, 'submit'> & {
  /** What is done about a delivery, from its coming to its handler. Answers false, and has done nothing, where there is no room for it. */
  accept(from: Session, delivered: Delivery): boolean
  room(): Promise<void>
  count(): number
  /** When the oldest of those that were delivered was recorded. */
  oldest(): Date | undefined
  /** Drops what is not running; what is runs on, and is not tried again unless it is delivered again. */
  forget(): void
  /** Nothing is running (any more). */
  settled(): Promise<void>
  /** The process ends in good order, whatever still runs. */
  giveUp(): void
}

export type HeldEventsObserver = {
  /** An event was acknowledged, parked, or left to be delivered again. */
  readonly handled: () => void
  readonly storeAway: (error: unknown) => void
}

const unread: Pick<Delivery, 'event' | 'unusable'> = { event: undefined }

export const createHeldEvents = (
  options: ConsumerOptions,
  timing: ConsumerTiming,
  observer: HeldEventsObserver,
): HeldEvents => {
  const { group, bufferSize, maxRunning, keyOf, isOurs, handlerVersion, observe = {} } = options
  const maxHeld = 2 * Math.max(bufferSize, maxRunning)
  const executor = createKeyedExecutor({ maxRunning, maxHeld })
  let generation = 0
  const { workOn, giveUp } = createEventWork(options, timing, {
    generation: () => generation,
    onStoreAway: (error) => {
      // Nothing more is started.
      generation += 1
      observer.storeAway(error)
    },
  })
  /** By the event's own id: a second delivery of an event that is still here is not a second event. */
  const held = new Map<string, { readonly one: HeldEvent; readonly work: Work }>()

  const hold = (event: StoredEvent, retryCount: number, delivery: HeldEvent['delivery']) => {
    const one: HeldEvent = {
      event,
      retryCount,
      delivery,
      generation,
      byPerson: false,
      leave(end) {
        held.delete(event.id)
        if ('outcome' in end) observer.handled()
      },
    }
    const { work, drop } = workOn(one)
    held.set(event.id, { one, work })
    executor.add(keyOf(event), work, drop)
  }

  return {
    accept(from, delivered) {
      const { about, ackId, retryCount, replayed } = delivered
      // 1 What is not ours nobody reads.
      const { event, unusable } = about !== undefined && isOurs(about) ? delivered : unread
      if (unusable !== undefined) {
        const parked = { code: 'unusable_event', message: unusable.reason, attempts: 0, handlerVersion }
        from.park(ackId, JSON.stringify(parked))
        options.letters?.parked(unusable.event, keyOf(unusable.event), parked)
        observe.parked?.(unusable.event, parked)
        return true
      }
      // 2 Nor is anything to be done about what has gone.
      if (event === undefined) {
        from.ack(ackId)
        return true
      }
      if (retryCount > 0) observe.redelivered?.(event)
      const delivery = { ackId, session: from, receivedAt: Date.now(), replayed }
      // 3 Still here: the newest delivery is acknowledged, since nobody would hear of that of an earlier connection. If it was forgotten
      // with that connection, it no longer is: nobody else has it.
      const present = held.get(event.id)
      if (present !== undefined) {
        present.one.delivery = delivery
        present.one.generation = generation
        present.one.retryCount = Math.max(present.one.retryCount, retryCount)
        executor.remember(present.work)
        observe.heldBack?.(event)
        return true
      }
      // 4 It waits for its turn among those of its key, and for a handler that is free.
      if (executor.held() >= maxHeld) return false
      hold(event, retryCount, delivery)
      return true
    },

    submit: (event, { by } = { by: 'system' }) =>
      new Promise((resolve, reject) => {
        const one: HeldEvent = {
          // It has been given to somebody before.
          event,
          retryCount: 1,
          delivery: undefined,
          generation,
          byPerson: by === 'person',
          leave: (end) => {
            if ('outcome' in end) resolve(end.outcome)
            else if ('error' in end) reject(end.error instanceof Error ? end.error : new Error(String(end.error)))
            else reject(new ConsumerPaused(`group ${group} stopped before the event had its turn`))
          },
        }
        const { work, drop } = workOn(one)
        executor.add(keyOf(event), work, drop)
      }),

    room: () => executor.room(),
    count: () => executor.held(),

    oldest() {
      let oldest: Date | undefined
      for (const {
        one: { event, delivery },
      } of held.values()) {
        if (delivery !== undefined && (oldest === undefined || event.created < oldest)) oldest = event.created
      }
      return oldest
    },

    forget: () => {
      generation += 1
      executor.forget()
    },
    settled: () => executor.settled(),
    giveUp,
  }
}
