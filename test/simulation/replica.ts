import { usualDeadlines } from '../../domain/orders/deadline.ts'
import { createCommandHandling } from '../../infrastructure/event-store/handle-command.ts'
import type { Position } from '../../infrastructure/event-store/position.ts'
import { buildProcessors, type Processors } from '../../processors/build.ts'
import { createDeadline } from '../../processors/follow-ups/deadline.ts'
import { createDuePasses } from '../../processors/follow-ups/due-worker.ts'
import type { Due, StandingOrder } from '../../processors/follow-ups/due.ts'
import { notedWrites } from '../../processors/follow-ups/noted-writes.ts'
import { createProgressPass } from '../../processors/follow-ups/progress-pass.ts'
import { createProgress, type Driven } from '../../processors/follow-ups/progress.ts'
import { createTurns } from '../../infrastructure/time/turns.ts'
import { OutcomeUnknown } from '../../infrastructure/outside/errors.ts'
import { LeasesUnavailable, type Leases } from '../../processors/perform/leases.ts'
import type { CallLimit } from '../../processors/perform/call-limit.ts'
import { outcomeContext } from '../../processors/perform/outcome-context.ts'
import type { Performing } from '../../processors/perform/performing.ts'
import { schedule } from '../../processors/perform/schedule.ts'
import type { Mutation } from './mutants/mutation.ts'
import type { Life, Watcher } from './processes.ts'
import type { MessageServers } from './outside/message-servers.ts'
import { remoteProvider, type ProviderServer } from './outside/payment-provider.ts'
import type { Surroundings } from './surroundings.ts'

export const leaseMs = 60_000
const callLimitMs = 10_000
const databasePatienceMs = 5_000
const hours = 3_600_000
const followUpsPerSecond = 10
export const allKinds = ['payment', 'refund', 'notification'] as const
export const firstDelayMs = 30_000
const standstillMs = 60_000

export type ReplicaParts = Surroundings & {
  readonly provider: ProviderServer
  readonly messages: MessageServers
  /** In the database that the replicas share. */
  readonly leases: Leases
  readonly due: Due
  /** Whether one of the group's parked messages is about the order. */
  readonly isParked: (group: string, orderId: string) => boolean
  readonly handledUpTo: (group: string) => Position | undefined
  readonly onDriven: (order: StandingOrder, driven: Driven) => void
  readonly mutation?: Mutation | undefined
}

export type Replica = {
  readonly life: Life
  readonly handlers: Processors['handlers']
  /** Takes up what is due, once. */
  readonly duePass: () => Promise<void>
  /** How many intents it is at work on. */
  readonly underWay: () => number
}

/** The leases' table as one process sees it: away at times, and slow to say that a lease was taken. */
const remoteLeases = ({ leases, network, weather }: ReplicaParts, life: Life): Leases => {
  const reach = async (what: string): Promise<void> => {
    const reached = await network.hop(life, databasePatienceMs, what)
    if (!reached || weather.isAway('database')) throw new LeasesUnavailable('PostgreSQL is away')
  }
  return {
    async claim(what, options) {
      await reach(`claims ${what.kind} ${what.key}`)
      const lease = await leases.claim(what, options)
      // Taken, and whoever took it may never know.
      const known = await network.hop(life, databasePatienceMs, `knows about its claim of ${what.kind} ${what.key}`)
      if (!known) throw new LeasesUnavailable('PostgreSQL does not answer')
      return lease
    },
    async isLeased(kind, key) {
      await reach(`asks who has ${kind} ${key}`)
      return leases.isLeased(kind, key)
    },
    async mayHaveSent(kind, key) {
      await reach(`asks whether ${kind} ${key} may have been sent`)
      return leases.mayHaveSent(kind, key)
    },
    async release(lease, then) {
      await reach(`gives back ${lease.kind} ${lease.key}`)
      // Nobody waits for the disk here: a database that dies may lose it after it said yes.
      if (!weather.loses()) await leases.release(lease, then)
    },
  }
}

/** One process of the processors, with caches of its own, all four services and the follow-ups. */
export const startReplica = (parts: ReplicaParts, name: string, watcher: Watcher): Replica => {
  const { codec, random, newId, date, network, weather, processes, storeFor, snapshots, due, isParked, mutation } =
    parts
  const life = processes.start(name, watcher)
  const store = storeFor(life)
  const createHandling = mutation?.handling?.(createCommandHandling) ?? createCommandHandling
  const own = {
    commands: createHandling({
      store,
      codec,
      random: random.next,
      large: [snapshots()],
      sleep: (milliseconds) => network.sleep(life, milliseconds),
    }),
    leases: remoteLeases(parts, life),
  }
  const performing = (): Performing => processors.performing
  const { leases, ...put } = mutation?.putInto?.(own, performing) ?? own
  const { commands, noteWrites } = notedWrites(put.commands)

  const signal = new AbortController().signal
  const limit: CallLimit = (call) =>
    Promise.race([
      call(signal),
      new Promise<never>((_, reject) => {
        network.timer(life, callLimitMs, 'has waited long enough for an answer', () =>
          reject(new OutcomeUnknown('no answer in time')),
        )
      }),
    ])
  const common = {
    commands,
    leases,
    limit,
    newId,
    now: date,
    provider: remoteProvider(parts.provider, life, network, weather),
    dueAgain: schedule([30_000, 120_000, 600_000, 3_600_000], random.next),
  }
  /** A replica of these dies where it stands. */
  const draining = new AbortController().signal
  const processors = buildProcessors({
    ...common,
    store,
    codec,
    mail: parts.messages.mail.senderFor(life, network),
    sms: parts.messages.sms.senderFor(life, network),
    operatorEmail: 'operators@shop.example',
    idempotencyKeyTtlMs: 24 * hours,
    callsAtOnce: { payment: 20, refund: 20, notification: 20 },
    draining,
    // The intents are safe: that they come to their outcomes is what the statements are about.
    warn: () => undefined,
    failed: (message, error) => {
      parts.faults.unexpected(message, error)
    },
  })
  const turns = createTurns(followUpsPerSecond, {
    now: () => date().getTime(),
    sleep: (milliseconds) => network.sleep(life, milliseconds),
  })
  const effects = turns.lane()
  const deadline = createDeadline({
    charge: processors.charge,
    turns: { deadlines: turns.lane(), effects, takeFree: () => turns.takeFree() },
    providerState: () => 'closed',
    ...common,
    settings: usualDeadlines,
    contextOf: outcomeContext('order', newId, date),
    store,
    isParked: async (group, orderId) => isParked(group, orderId),
    alert: (message) => parts.faults.unexpected(message, undefined),
  })
  const passes = createDuePasses({
    turn: effects,
    due,
    perform: processors.performing.perform,
    deadline,
    settings: usualDeadlines,
    firstDelayMs,
    now: date,
    deadlinesAtOnce: 50,
    worthTrying: () => 50,
    draining,
    failed: (message, { error }) => parts.faults.unexpectedUnlessPassing(message, error),
  })
  const standing = createProgressPass({
    due,
    progress: createProgress({
      store,
      leases,
      services: processors.services,
      handOver: (group, event) => processors.handlers[group](event, { retryCount: 1 }),
      noteWrites,
      isParked: async (group, orderId) => isParked(group, orderId),
      firstDelayMs: standstillMs,
      longestDelayMs: hours,
      dueAgain: schedule([5 * standstillMs, 30 * standstillMs, hours], random.next),
      now: date,
      draining,
      report: parts.onDriven,
    }),
    handledUpTo: async (group) => parts.handledUpTo(group),
    firstDelayMs: standstillMs,
    now: date,
    atOnce: 20,
    draining,
    failed: (message, { error }) => parts.faults.unexpectedUnlessPassing(message, error),
  })
  const all = [...Object.values(passes), ...(mutation?.leavesStandingOrders === true ? [] : [standing])]
  const duePass = async (): Promise<void> => {
    const ends = await Promise.allSettled(all.map((pass) => pass()))
    for (const end of ends)
      if (end.status === 'rejected') parts.faults.unexpectedUnlessPassing('a pass over what is due', end.reason)
  }
  return { life, handlers: processors.handlers, duePass, underWay: () => processors.performing.underWay() }
}
