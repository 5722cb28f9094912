import type { GroupConnection } from '../event-store/port.ts'
import { settingDifferences } from '../event-store/setting-differences.ts'
import { backoffMs } from '../time/back-off.ts'
import { atMost, interruptible } from '../time/waiting.ts'
import { defaultTiming, type ConsumerOptions, type ConsumerTiming } from './consumer-options.ts'
import { ConsumerPaused, type ConsumerStatus, type GroupConsumer } from './group-consumer.ts'
import { createHeldEvents } from './held-events.ts'
import { createSession, type Session } from './session.ts'

export { ConsumerPaused, type ConsumerStatus, type GroupConsumer } from './group-consumer.ts'

/** Consumes a persistent subscription from now on, for as long as the process lives, until it is drained. */
export const consumeGroup = (options: ConsumerOptions): GroupConsumer => {
  const { store, group, settings, bufferSize, observe = {}, random = Math.random } = options
  const timing: ConsumerTiming = { ...defaultTiming, ...options.timing }
  let state: ConsumerStatus['state'] = 'paused'
  let reason: string | undefined = 'starting'
  let pauseObserved = false
  let draining = false
  let oldestBefore: Date | undefined
  let session: Session | undefined
  let away: { readonly error: unknown } | undefined
  let handledInSession = 0
  let hurry = () => {
    /* nothing is being waited for */
  }

  const held = createHeldEvents(options, timing, {
    handled: () => {
      handledInSession += 1
    },
    storeAway: (error) => {
      away ??= { error }
      session?.stop()
    },
  })
  const storeAway = (): { readonly error: unknown } | undefined => away

  const pause = (why: string) => {
    if (draining) return
    reason = why
    state = 'paused'
    if (pauseObserved) return
    pauseObserved = true
    observe.paused?.(why)
  }

  const resume = () => {
    if (draining) return
    state = 'running'
    reason = undefined
    if (!pauseObserved) return
    pauseObserved = false
    observe.resumed?.()
  }

  const backOff = async (failures: number) => {
    const { over, stop } = interruptible(backoffMs(failures, timing.resubscribe, random))
    hurry = stop
    if (draining) stop()
    await over
  }

  /** Only told: an update would drop the consumers of every process. Nor is this what keeps a group from being consumed. */
  const compareSettings = async (): Promise<void> => {
    try {
      const info = await store.groupInfo(group)
      if (info !== undefined) observe.settingsCompared?.(settingDifferences(settings, info.settings))
    } catch (error) {
      observe.settingsNotCompared?.(error)
    }
  }

  const connect = async (): Promise<GroupConnection> => {
    await options.probe()
    await store.ensureGroup(group, settings)
    await compareSettings()
    return store.connect(group, { bufferSize })
  }

  /** Takes what comes, until the subscription ends. A crash between any two of these steps only means that events come again. */
  const consume = async (own: Session): Promise<void> => {
    const end = await own.run(
      (delivery) => {
        oldestBefore = undefined
        return held.accept(own, delivery)
      },
      () => held.room(),
    )
    // 1 Nothing is read any more, and nothing is started. What runs goes on; if it comes again meanwhile it is the same event.
    oldestBefore = held.oldest()
    held.forget()
    if (end.kind === 'dropped') {
      // The server has taken back everything that was in flight.
      await own.close()
      observe.dropped?.(end.error)
      return
    }
    // 2 What runs may settle.
    await atMost(held.settled(), timing.settleLimitMs)
    // 3 Acknowledgements go out, and get a moment: the end of the call would overtake them.
    await atMost(own.flush(), timing.settleLimitMs)
    await interruptible(timing.beforeUnsubscribeMs).over
    // 4 The rest goes back to the server, without a word. Here it is forgotten already.
    await own.close()
  }

  /** Subscription after subscription, until it is drained. */
  const supervise = async (): Promise<void> => {
    for (let failures = 0; !draining; failures += 1) {
      // Is everything there that a handler needs, and the group?
      let connection: GroupConnection
      try {
        connection = await connect()
      } catch (error) {
        pause(messageOf(error))
        await backOff(failures)
        continue
      }
      // Then events are taken, unless it was drained meanwhile.
      resume()
      away = undefined
      handledInSession = 0
      session = createSession(connection, { bufferSize, ackLingerMs: timing.ackLingerMs })
      if (draining) await session.close()
      else await consume(session)
      session = undefined
      // The subscription is over, whoever ended it. After a back-off, again; a short one where it has handled anything.
      if (handledInSession > 0) failures = 0
      const cause = storeAway()
      if (cause !== undefined) pause(messageOf(cause.error))
      if (!draining) await backOff(failures)
    }
  }

  const supervision = supervise()
  let stopped: Promise<void> | undefined

  return {
    submit: (event, by) =>
      state === 'running' ? held.submit(event, by) : Promise.reject(new ConsumerPaused(`group ${group} is ${state}`)),

    status() {
      const oldest = held.oldest() ?? oldestBefore
      return {
        state,
        inFlight: held.count(),
        ...(reason === undefined ? {} : { reason }),
        ...(oldest === undefined ? {} : { oldestUnhandled: oldest }),
      }
    },

    drain: () =>
      (stopped ??= (async () => {
        draining = true
        state = 'draining'
        reason = undefined
        session?.stop()
        hurry()
        // A probe that hangs must not keep the process: it holds nothing that would have to be given back.
        if (session !== undefined) await supervision
        else await atMost(supervision, timing.settleLimitMs)
        // Also of what runs on since a subscription that ended before.
        held.forget()
        held.giveUp()
        state = 'stopped'
      })()),
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
