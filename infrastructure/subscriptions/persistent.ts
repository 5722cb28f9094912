import type { Delivery, GroupConnection } from '../event-store/port.ts'
import { defaultTiming, type ConsumerOptions, type ConsumerTiming } from './consumer-options.ts'
import { createEventWork, type HeldEvent } from './event-work.ts'
import { ConsumerPaused, type ConsumerStatus, type GroupConsumer } from './group-consumer.ts'
import { createKeyedExecutor, type Work } from './keyed-executor.ts'
import { createSession, type Session } from './session.ts'
import { atMost, backoffMs, interruptible } from './waiting.ts'

export { ConsumerPaused, type ConsumerStatus, type GroupConsumer } from './group-consumer.ts'

/** Consumes a persistent subscription from now on, for as long as the process lives, until it is drained. */
export const consumeGroup = (options: ConsumerOptions): GroupConsumer => {
  const { store, group, settings, bufferSize, keyOf, isOurs, observe = {}, random = Math.random } = options
  const timing: ConsumerTiming = { ...defaultTiming, ...options.timing }
  const maxHeld = 2 * Math.max(bufferSize, options.maxRunning)
  const executor = createKeyedExecutor({ maxRunning: options.maxRunning, maxHeld })
  /** By the event's own id: a second delivery of an event that is still here is not a second event. */
  const held = new Map<string, { readonly one: HeldEvent; readonly work: Work }>()

  let state: ConsumerStatus['state'] = 'paused'
  let reason: string | undefined = 'starting'
  let pauseTold = false
  let draining = false
  let oldestBefore: Date | undefined
  let session: Session | undefined
  let away: { readonly error: unknown } | undefined
  let handledInSession = 0
  let hurry = () => { /* nothing is being waited for */ }

  const workOn = createEventWork(options, timing, (error) => {
    away ??= { error }
    session?.stop()
  })
  const storeAway = (): { readonly error: unknown } | undefined => away

  const oldestHeld = (): Date | undefined => {
    let oldest: Date | undefined
    for (const { one: { event } } of held.values()) if (oldest === undefined || event.created < oldest) oldest = event.created
    return oldest
  }

  /** What is done about a delivery, from its coming to its handler. Answers false, and has done nothing, where there is no room for it. */
  const accept = (from: Session, delivered: Delivery): boolean => {
    const { about, ackId, retryCount } = delivered
    oldestBefore = undefined
    // 1 What is not ours nobody reads.
    const { event, unusable } = about !== undefined && isOurs(about) ? delivered : unread
    if (unusable !== undefined) {
      const parked = { code: 'unusable_event', message: unusable.reason, attempts: 0, handlerVersion: options.handlerVersion }
      from.park(ackId, JSON.stringify(parked))
      observe.parked?.(unusable.event, parked)
      return true
    }
    // Nor is anything to be done about what has gone.
    if (event === undefined) {
      from.ack(ackId)
      return true
    }
    const delivery = { ackId, session: from, receivedAt: Date.now() }
    // 2 Still here: the answer goes to the newest delivery, since that of an earlier connection nobody would hear. If it was forgotten
    // with that connection, it no longer is: nobody else has it.
    const present = held.get(event.id)
    if (present !== undefined) {
      present.one.delivery = delivery
      present.one.retryCount = Math.max(present.one.retryCount, retryCount)
      executor.remember(present.work)
      return true
    }
    // 3 It waits for its turn among those of its key, and for a handler that is free.
    if (executor.held() >= maxHeld) return false
    const one: HeldEvent = {
      event, retryCount, delivery,
      leave: (end) => {
        held.delete(event.id)
        if ('outcome' in end) handledInSession += 1
      },
    }
    const work = workOn(one)
    held.set(event.id, { one, work })
    executor.add(keyOf(event), work, () => { one.leave({ dropped: true }) })
    return true
  }

  const pause = (why: string) => {
    if (draining) return
    reason = why
    state = 'paused'
    if (pauseTold) return
    pauseTold = true
    observe.paused?.(why)
  }

  const resume = () => {
    if (draining) return
    state = 'running'
    reason = undefined
    if (!pauseTold) return
    pauseTold = false
    observe.resumed?.()
  }

  const rest = async (attempt: number) => {
    const { over, stop } = interruptible(backoffMs(attempt, timing.resubscribe, random))
    hurry = stop
    if (draining) stop()
    await over
  }

  const connect = async (): Promise<GroupConnection> => {
    await options.probe()
    await store.ensureGroup(group, settings)
    return store.connect(group, { bufferSize })
  }

  /** Takes what comes, until the subscription ends. A crash between any two of these steps only means that events come again. */
  const consume = async (own: Session): Promise<void> => {
    const end = await own.run((delivery) => accept(own, delivery), () => executor.room())
    // 1 Nothing is read any more, and nothing is started. What runs goes on; if it comes again meanwhile it is the same event.
    oldestBefore = oldestHeld()
    executor.forget()
    if (end.kind === 'dropped') {
      // The server has taken back everything that was in flight.
      await own.close()
      observe.dropped?.(end.error)
      return
    }
    // 2 What runs may settle.
    await atMost(executor.settled(), timing.settleLimitMs)
    // 3 The answers go out, and get a moment: the end of the call would overtake them.
    await atMost(own.flush(), timing.settleLimitMs)
    await interruptible(timing.beforeUnsubscribeMs).over
    // 4 The rest goes back to the server, without a word. Here it is forgotten already.
    await own.close()
  }

  /** Subscription after subscription, until it is drained. */
  const supervise = async (): Promise<void> => {
    for (let attempt = 0; !draining; attempt += 1) {
      // 1 Is everything there that a handler needs, and the group?
      let connection: GroupConnection
      try {
        connection = await connect()
      } catch (error) {
        pause(messageOf(error))
        await rest(attempt)
        continue
      }
      // 2 Then events are taken, unless it was drained meanwhile.
      resume()
      away = undefined
      handledInSession = 0
      session = createSession(connection, { bufferSize, ackLingerMs: timing.ackLingerMs })
      if (draining) await session.close()
      else await consume(session)
      session = undefined
      // 3 It is over, whoever ended it. After a while, again.
      if (handledInSession > 0) attempt = 0
      const cause = storeAway()
      if (cause !== undefined) pause(messageOf(cause.error))
      if (!draining) await rest(attempt)
    }
  }

  const supervision = supervise()
  let stopped: Promise<void> | undefined

  return {
    submit: (event) => new Promise((resolve, reject) => {
      if (state !== 'running') {
        reject(new ConsumerPaused(`group ${group} is ${state}`))
        return
      }
      const one: HeldEvent = {
        // It has been given to somebody before.
        event, retryCount: 1, delivery: undefined,
        leave: (end) => {
          if ('outcome' in end) resolve(end.outcome)
          else if ('error' in end) reject(toError(end.error))
          else reject(new ConsumerPaused(`group ${group} stopped before the event had its turn`))
        },
      }
      executor.add(keyOf(event), workOn(one), () => { one.leave({ dropped: true }) })
    }),

    status() {
      const oldest = oldestHeld() ?? oldestBefore
      return {
        state, inFlight: executor.held(),
        ...(reason === undefined ? {} : { reason }), ...(oldest === undefined ? {} : { oldestUnhandled: oldest }),
      }
    },

    drain: () => (stopped ??= (async () => {
      draining = true
      state = 'draining'
      reason = undefined
      session?.stop()
      hurry()
      // A probe that hangs must not keep the process: it holds nothing that would have to be given back.
      if (session !== undefined) await supervision
      else await atMost(supervision, timing.settleLimitMs)
      state = 'stopped'
    })()),
  }
}

const unread: Pick<Delivery, 'event' | 'unusable'> = { event: undefined }

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
const toError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))
