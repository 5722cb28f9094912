import type { ShopEvent } from '../../domain/registry.ts'
import type { Recorded } from '../../infrastructure/event-store/codec.ts'
import type { CommandHandling } from '../../infrastructure/event-store/handle-command.ts'
import type { StoredEvent } from '../../infrastructure/event-store/port.ts'
import type { Outcome, ParkReason } from '../../infrastructure/subscriptions/outcome.ts'
import { createServices, serviceNames, type ServiceName } from '../../processors/registry.ts'
import { AttemptsUnavailable } from '../../processors/perform/attempts.ts'
import { StoreUnavailable, VersionConflict } from '../../infrastructure/event-store/port.ts'
import type { Life } from './network.ts'
import type { Replica } from './replica.ts'
import type { Surroundings } from './surroundings.ts'

const messageTimeoutMs = 300_000
const unexpectedAttempts = 5

/** One event for one group. Settled once somebody has acknowledged or parked it. */
type Message = { readonly group: ServiceName; readonly stored: StoredEvent; settled: boolean; failures: number }
type Run = { readonly message: Message; readonly life: Life }
export type Letter = { readonly group: ServiceName; readonly stored: StoredEvent; readonly reason: ParkReason }

/**
 * The four persistent subscriptions, with nothing that the consumer adds: no order, not even for one key; late, or twice, or again while
 * the first is still being handled; to either replica. What is not settled is given again, for ever.
 */
export const createGroups = (surroundings: Surroundings, replicas: () => readonly Replica[]) => {
  const { scheduler, random, weather, faults } = surroundings
  // Only asked what they look at: nothing is handled by these.
  const services = createServices({} as CommandHandling)
  const open = new Set<Message>()
  const runs = new Set<Run>()
  const letters: Letter[] = []

  const settle = (message: Message) => {
    message.settled = true
    open.delete(message)
  }

  const park = (message: Message, reason: ParkReason) => {
    letters.push({ group: message.group, stored: message.stored, reason })
    settle(message)
  }

  const judge = (message: Message, outcome: Outcome): void => {
    if (message.settled) return
    if (typeof outcome === 'object' && 'park' in outcome) return park(message, outcome.park)
    // The acknowledgement may be lost on its way.
    if (typeof outcome === 'object' || weather.loses()) return deliverLater(message)
    settle(message)
  }

  const judgeError = (message: Message, error: unknown): void => {
    if (message.settled) return
    const passing = error instanceof StoreUnavailable || error instanceof VersionConflict || error instanceof AttemptsUnavailable
    if (!passing) message.failures += 1
    if (message.failures < unexpectedAttempts) return deliverLater(message)
    faults.unexpected(`${message.group} about ${message.stored.type} ${message.stored.id}`, error)
    park(message, { code: 'unexpected_error', message: String(error) })
  }

  const deliver = (message: Message): void => {
    const { life, handlers } = random.pick(replicas())
    const run: Run = { message, life }
    runs.add(run)
    handlers[message.group](message.stored).then(
      (outcome) => {
        runs.delete(run)
        judge(message, outcome)
      },
      (error: unknown) => {
        runs.delete(run)
        judgeError(message, error)
      },
    )
    scheduler.after(messageTimeoutMs, `${message.group}: the time for ${message.stored.type} is up`, () => {
      if (message.settled) return 'nothing'
      deliver(message)
    })
  }

  const deliverLater = (message: Message, evenIfSettled = false): void => {
    const { group, stored } = message
    scheduler.after(weather.deliveryLatency(), `${group} is given ${stored.type} (${stored.stream})`, () => {
      if (message.settled && !evenIfSettled) return 'nothing'
      deliver(message)
    })
  }

  const messagesFor = (stored: StoredEvent): readonly Message[] =>
    serviceNames.filter((group) => services[group].looksAt(stored.type)).map((group) => ({ group, stored, settled: false, failures: 0 }))

  return {
    letters,
    running: () => runs.size,
    unsettled: () => open.size,

    written(stored: StoredEvent): void {
      for (const message of messagesFor(stored)) {
        open.add(message)
        deliverLater(message)
        if (weather.comesTwice()) deliverLater(message, true)
      }
    },

    /** The server notices that a consumer is gone, and gives again what it had. */
    died(life: Life): void {
      for (const run of runs) {
        if (run.life !== life) continue
        runs.delete(run)
        if (!run.message.settled) deliverLater(run.message)
      }
    },

    /** Age in milliseconds of the oldest event that a group has not handled. */
    behind: (): number => Math.max(0, ...[...open].map(({ stored }) => scheduler.now() - stored.created.getTime())),

    /** Everything once more, to everybody, in any order. */
    redeliverAll(events: readonly Recorded<ShopEvent>[], storedOf: (recorded: Recorded<ShopEvent>) => StoredEvent): void {
      for (const message of random.shuffled(events.flatMap((recorded) => messagesFor(storedOf(recorded))))) {
        open.add(message)
        deliverLater(message)
      }
    },

    /** An operator has a letter handled again. */
    retryLetters(): void {
      for (const { group, stored } of letters.splice(0)) {
        const message: Message = { group, stored, settled: false, failures: 0 }
        open.add(message)
        deliverLater(message)
      }
    },
  }
}

export type Groups = ReturnType<typeof createGroups>
