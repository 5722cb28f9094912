import type { ShopEvent } from '../../domain/registry.ts'
import type { Recorded } from '../../infrastructure/event-store/codec.ts'
import type { CommandHandling } from '../../infrastructure/event-store/handle-command.ts'
import { StoreUnavailable, VersionConflict, type StoredEvent } from '../../infrastructure/event-store/port.ts'
import { comparePositions, type Position } from '../../infrastructure/event-store/position.ts'
import type { Outcome, ParkReason } from '../../infrastructure/subscriptions/outcome.ts'
import { keyOf } from '../../processors/groups.ts'
import { createServices, serviceNames, type ServiceName } from '../../processors/services.ts'
import { LeasesUnavailable } from '../../processors/perform/leases.ts'
import { lostInReplay, neverLost, type Losses } from './losses.ts'
import type { Life } from './processes.ts'
import type { Replica } from './replica.ts'
import type { Surroundings } from './surroundings.ts'

const minutes = 60_000
const messageTimeoutMs = 5 * minutes
const unexpectedAttempts = 5
/** By who finds the store down. */
const subscribedAgainAfterMs = 10_000

/** One event for one group. Handled once somebody has acknowledged or parked it; until then its last delivery is what the server counts on. */
type Message = {
  readonly group: ServiceName
  readonly stored: StoredEvent
  handled: boolean
  failures: number
  deliveries: number
}
type Run = { readonly message: Message; readonly life: Life; readonly delivery: number }
export type ParkedMessage = { readonly group: ServiceName; readonly stored: StoredEvent; readonly reason: ParkReason }

/**
 * The four persistent subscriptions, with nothing that the consumer adds: no order, not even for one key; late, or twice, or again while
 * the first is still being handled; to either replica. What is not handled is given again, for ever; but some messages are lost, in runs
 * that have losses.
 */
export const createGroups = (
  surroundings: Surroundings & { readonly losses: Losses },
  replicas: () => readonly Replica[],
) => {
  const { scheduler, random, aside, weather, faults, losses } = surroundings
  // Only asked what they look at: nothing is handled by these.
  const services = createServices({} as CommandHandling, { begin: () => undefined, noteCompleted: () => undefined })
  const open = new Set<Message>()
  const runs = new Set<Run>()
  const parkedMessages: ParkedMessage[] = []
  /** Parked, and to be replayed. */
  const putAside = new Set<Message>()
  let lost = 0
  let head: Position | undefined

  const settle = (message: Message) => {
    message.handled = true
    open.delete(message)
  }

  const park = (message: Message, reason: ParkReason) => {
    parkedMessages.push({ group: message.group, stored: message.stored, reason })
    settle(message)
  }

  /** Given again, unless that has been seen to. */
  const again = ({ message, delivery }: Run): void => {
    if (!message.handled && delivery === message.deliveries) deliverLater(message)
  }

  const judge = (run: Run, outcome: Outcome): void => {
    const { message } = run
    if (message.handled) return
    if (typeof outcome === 'object' && 'park' in outcome) return park(message, outcome.park)
    // The acknowledgement may be lost on its way.
    if (typeof outcome === 'object' || weather.loses() || weather.isDown('event store')) return again(run)
    settle(message)
  }

  const judgeError = (run: Run, error: unknown): void => {
    const { message } = run
    if (message.handled) return
    const passing =
      error instanceof StoreUnavailable || error instanceof VersionConflict || error instanceof LeasesUnavailable
    if (!passing) message.failures += 1
    if (message.failures < unexpectedAttempts) return again(run)
    faults.unexpected(`${message.group} about ${message.stored.type} ${message.stored.id}`, error)
    park(message, { code: 'unexpected_error', message: String(error) })
  }

  const deliver = (message: Message, delivery: number): void => {
    const awake = replicas().filter(({ life: { frozenUntil } }) => frozenUntil <= scheduler.now())
    const { life, handlers } = random.pick(awake.length === 0 ? replicas() : awake)
    const run: Run = { message, life, delivery }
    runs.add(run)
    handlers[message.group](message.stored).then(
      (outcome) => {
        runs.delete(run)
        judge(run, outcome)
      },
      (error: unknown) => {
        runs.delete(run)
        judgeError(run, error)
      },
    )
    scheduler.after(messageTimeoutMs, `${message.group}: the time for ${message.stored.type} is up`, () => {
      if (message.handled || delivery !== message.deliveries) return 'nothing'
      again(run)
    })
  }

  const deliverLater = (message: Message, notBeforeMs = 0): void => {
    message.deliveries += 1
    const delivery = message.deliveries
    const { group, stored } = message
    scheduler.after(
      notBeforeMs + weather.deliveryLatency(),
      `${group} is given ${stored.type} (${stored.stream})`,
      () => {
        if (message.handled) return 'nothing'
        if (weather.isDown('event store')) return deliverLater(message, subscribedAgainAfterMs)
        deliver(message, delivery)
      },
    )
  }

  const newMessage = (group: ServiceName, stored: StoredEvent): Message => ({
    group,
    stored,
    handled: false,
    failures: 0,
    deliveries: 0,
  })

  const messagesFor = (stored: StoredEvent): readonly Message[] =>
    serviceNames.filter((group) => services[group].looksAt(stored.type)).map((group) => newMessage(group, stored))

  const give = (message: Message): void => {
    open.add(message)
    deliverLater(message)
  }

  /** No harm is done to it where there is nothing to lose, and the other runs draw nothing for it. */
  const strikes = (probability: number, { stored }: Message): boolean =>
    probability > 0 && weather.isStormy() && !neverLost.has(stored.type) && aside.chance(probability)

  const putAsideForAWhile = (message: Message): void => {
    putAside.add(message)
    const isLost = aside.chance(lostInReplay)
    const { group, stored } = message
    scheduler.after(aside.int(1, 90) * minutes, `somebody has ${stored.type} of ${group} replayed`, () => {
      putAside.delete(message)
      if (isLost) lost += 1
      else give(message)
    })
  }

  return {
    parkedMessages,
    running: () => runs.size,
    unhandled: () => open.size + putAside.size,
    /** How many messages nobody has been given. */
    lost: () => lost,

    written(stored: StoredEvent): void {
      head = stored.position
      for (const message of messagesFor(stored)) {
        if (strikes(losses.forgotten, message)) {
          lost += 1
          continue
        }
        if (strikes(losses.parked, message)) {
          putAsideForAWhile(message)
          continue
        }
        give(message)
        // A message of its own, which nobody's acknowledgement of the other settles.
        if (weather.comesTwice()) give(newMessage(message.group, stored))
      }
    },

    /** The server does not hear of a consumer any more, and gives again what it had. If it only stood still, it goes on all the same. */
    left(life: Life): void {
      for (const run of runs) {
        if (run.life !== life) continue
        if (!life.alive) runs.delete(run)
        again(run)
      }
    },

    isParked: (group: string, orderId: string): boolean =>
      [...parkedMessages, ...putAside].some((parked) => parked.group === group && keyOf(parked.stored) === orderId),

    /** The checkpoint: all before it has been handled, parked or lost. */
    handledUpTo: (group: string): Position | undefined => {
      const places = [...open].filter((message) => message.group === group).map(({ stored }) => stored.position)
      const [oldest] = places.sort(comparePositions)
      return oldest === undefined ? head : { commit: oldest.commit - 1n, prepare: oldest.prepare - 1n }
    },

    /** Everything once more, to everybody, in any order. */
    redeliverAll(
      events: readonly Recorded<ShopEvent>[],
      storedOf: (recorded: Recorded<ShopEvent>) => StoredEvent,
    ): void {
      for (const message of random.shuffled(events.flatMap((recorded) => messagesFor(storedOf(recorded)))))
        give(message)
    },
  }
}
