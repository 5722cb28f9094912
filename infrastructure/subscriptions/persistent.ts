import type { Delivery, GroupConnection } from '../event-store/port.ts'
import { createAnswers, type Answers } from './answers.ts'
import { defaultTiming, type ConsumerOptions, type ConsumerTiming } from './consumer-options.ts'
import { createEventWork, type HeldEvent } from './event-work.ts'
import { ConsumerPaused, type ConsumerStatus, type GroupConsumer } from './group-consumer.ts'
import { createKeyedExecutor } from './keyed-executor.ts'
import { createSession, type Session } from './session.ts'
import { atMost, backoffMs, interruptible } from './waiting.ts'

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

export { ConsumerPaused, type ConsumerStatus, type GroupConsumer } from './group-consumer.ts'

/** Consumes a persistent subscription from now on, for as long as the process lives, until it is drained. */
export const consumeGroup = (options: ConsumerOptions): GroupConsumer => {
  const { store, group, settings, bufferSize, keyOf, isOurs, observe = {}, random = Math.random } = options
  const timing: ConsumerTiming = { ...defaultTiming, ...options.timing }
  const executor = createKeyedExecutor({ maxRunning: options.maxRunning, maxHeld: 2 * Math.max(bufferSize, options.maxRunning) })
  /** By the event's own id: a second delivery of an event that is still here is not a second event. */
  const held = new Map<string, HeldEvent>()

  let state: ConsumerStatus['state'] = 'paused'
  let reason: string | undefined = 'starting'
  let pauseTold = false
  let draining = false
  let oldestBefore: Date | undefined
  let session: Session | undefined
  let away: { readonly error: unknown } | undefined
  let connected = false
  let handledInSession = 0
  let hurry = () => { /* nothing is being waited for */ }

  const onStoreAway = (error: unknown) => {
    away ??= { error }
    session?.stop()
  }
  const storeAway = (): { readonly error: unknown } | undefined => away
  const workOn = createEventWork(options, timing, onStoreAway)

  const oldestHeld = (): Date | undefined => {
    let oldest: Date | undefined
    for (const { event } of held.values()) if (oldest === undefined || event.created < oldest) oldest = event.created
    return oldest
  }

  const accept = async ({ event, unusable, ackId, retryCount }: Delivery, answers: Answers): Promise<void> => {
    oldestBefore = undefined
    if (unusable !== undefined && isOurs(unusable.event)) {
      const parked = { code: 'unusable_event', message: unusable.reason, attempts: 0, handlerVersion: options.handlerVersion }
      answers.park(ackId, JSON.stringify(parked))
      observe.parked?.(unusable.event, parked)
      return
    }
    // Not ours, or gone: there is nothing to be done about it.
    if (event === undefined || !isOurs(event)) {
      answers.ack(ackId)
      return
    }
    const delivery = { ackId, answers, receivedAt: Date.now() }
    const present = held.get(event.id)
    if (present !== undefined) {
      // The answer goes to the newest delivery: that of an earlier connection nobody would hear.
      present.delivery = delivery
      return
    }
    await executor.room()
    if (storeAway() !== undefined || draining) return
    const one: HeldEvent = {
      event, retryCount, delivery,
      leave: (end) => {
        held.delete(event.id)
        if ('outcome' in end) handledInSession += 1
      },
    }
    held.set(event.id, one)
    executor.add(keyOf(event), workOn(one), () => { one.leave({ dropped: true }) })
  }

  /** One subscription, and how it is left. A crash between any two of these steps only means that events come again. */
  const consume = async (connection: GroupConnection): Promise<'dropped' | 'stopped'> => {
    const answers = createAnswers(connection, { bufferSize, ackLingerMs: timing.ackLingerMs })
    session = createSession(connection, answers)
    const end = await session.run(accept)
    session = undefined
    if (end.kind === 'dropped') {
      // The server has taken back everything that was in flight. What runs goes on; if it comes again meanwhile it is the same event.
      oldestBefore = oldestHeld()
      executor.forget()
      await connection.close()
      observe.dropped?.(end.error)
      return 'dropped'
    }
    // 1 Nothing is read any more, and nothing is started.
    oldestBefore = oldestHeld()
    executor.forget()
    // 2 What runs may settle.
    await atMost(executor.settled(), timing.settleLimitMs)
    // 3 The answers go out, and get a moment: the end of the call would overtake them.
    await atMost(answers.flush(), timing.settleLimitMs)
    await interruptible(timing.beforeUnsubscribeMs).over
    // 4 The rest goes back to the server, without a word. 5 Here it is forgotten already.
    await connection.close()
    return 'stopped'
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
    // 6 Is everything there that a handler needs?
    await options.probe()
    await store.ensureGroup(group, settings)
    return store.connect(group, { bufferSize })
  }

  const supervise = async (): Promise<void> => {
    for (let attempt = 0; !draining; attempt += 1) {
      let connection: GroupConnection
      try {
        connection = await connect()
      } catch (error) {
        pause(messageOf(error))
        await rest(attempt)
        continue
      }
      // 7 Again.
      resume()
      away = undefined
      handledInSession = 0
      connected = true
      if (draining) await connection.close()
      else await consume(connection)
      connected = false
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
        event, retryCount: 0, delivery: undefined,
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
      if (connected) await supervision
      else await atMost(supervision, timing.settleLimitMs)
      state = 'stopped'
    })()),
  }
}

const toError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))
