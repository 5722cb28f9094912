import { usualDeadlines } from '../../domain/orders/deadline.ts'
import { waitsForUs } from '../../domain/orders/waits-for-us.ts'
import type { Due, StandingOrder } from '../../processors/follow-ups/due.ts'
import type { Driven } from '../../processors/follow-ups/progress.ts'
import { LeasesUnavailable } from '../../processors/perform/leases.ts'
import { inMemoryLeases } from '../processors/in-memory-leases.ts'
import { inMemoryFollowUps } from '../processors/in-memory-follow-ups.ts'
import { createApi } from './actors/api.ts'
import { allTables } from './all-tables.ts'
import { createGroups } from './groups.ts'
import type { Mutation } from './mutants/mutation.ts'
import { createCharges } from './outside/charges.ts'
import { createDashboard } from './outside/dashboard.ts'
import { createLater } from './outside/later.ts'
import { createMessageServers } from './outside/message-servers.ts'
import { createRefunds } from './outside/refunds.ts'
import { createWebhooks } from './outside/webhooks.ts'
import { createLiveTables } from './live-tables.ts'
import { allKinds, leaseMs, startReplica, type Replica } from './replica.ts'
import type { World } from './world.ts'

const endOfTime = new Date(8.64e15)

/** The tables in a database that is down at times. */
const reachable = (due: Due, isDown: () => boolean): Due => {
  const ask =
    <Options, Answer>(query: (options: Options) => Promise<Answer>) =>
    async (options: Options) => {
      if (isDown()) throw new LeasesUnavailable('PostgreSQL is away')
      return query(options)
    }
  return {
    intents: ask((options) => due.intents(options)),
    orders: ask((options) => due.orders(options)),
    standing: ask((options) => due.standing(options)),
  }
}

/** Every process of the shop in one: two of the command API, two of the processors, the folds, and the world outside. */
export const openProcesses = (world: World, mutation: Mutation | undefined) => {
  const { scheduler, random, weather, events } = world
  const call = createApi(world, mutation)
  const webhooks = createWebhooks({ ...world, call })
  const { later, pending } = createLater(scheduler, weather, random)
  const bank = { random, tell: webhooks.tell, later }
  const charges = createCharges(bank, (capture) => dashboard.captured(capture))
  const refunds = createRefunds(bank, charges.captures, () => dashboard)
  const { people } = world
  const byPeople = createLater(scheduler, weather, people.random)
  const dashboard = createDashboard({
    random: people.random,
    tell: webhooks.tell,
    later: byPeople.later,
    captures: charges.captures,
    refundedByShop: refunds.takenOf,
    isUsed: people.useDashboard,
  })
  const messages = createMessageServers({ scheduler, weather, random })
  const leases = inMemoryLeases({ now: world.date, leaseMs })
  const followUps = inMemoryFollowUps(leases)
  const tables = createLiveTables({ projections: allTables, events, random, weather, memoryOf: mutation?.memory?.() })

  let drivenOn = 0
  const replicas: Replica[] = []
  const groups = createGroups(world, () => replicas)
  const parts = {
    ...world,
    provider: { ...charges, ...refunds, orderOf: (providerPaymentId: string) => dashboard.orderOf(providerPaymentId) },
    messages,
    leases,
    due: reachable(followUps, () => weather.isDown('database')),
    isParked: groups.isParked,
    handledUpTo: groups.handledUpTo,
    onDriven: ({ orderId }: StandingOrder, driven: Driven) => {
      if (driven.kind !== 'driven') return
      drivenOn += 1
      // Told to a person, who would look for what the event store has lost.
      if (driven.written.length > 0 && !driven.wasBehind && groups.lost() === 0)
        world.faults.unexpected(`order ${orderId} stood still`, new Error(`not done: ${driven.written.join(', ')}`))
      for (const refusal of driven.refusals) world.faults.unexpected(`order ${orderId} stands still`, refusal)
    },
    mutation,
  }
  const start = (slot: number): Replica => {
    const replica: Replica = startReplica(parts, `replica ${slot}`, {
      died: () => {
        replicas[slot] = start(slot)
        groups.left(replica.life)
      },
      froze: () => groups.left(replica.life),
    })
    return replica
  }
  replicas.push(start(0), start(1))

  const mismatched = new Set<string>()
  world.onWritten((append) => {
    for (const recorded of append) {
      groups.written(world.storedOf(recorded))
      if (recorded.event.type === 'PaymentMismatchDetected') mismatched.add(recorded.event.orderId)
    }
  })

  // The moment is counted in events, so that there is something to lose.
  if (random.chance(world.climate.failover)) {
    let left = random.int(10, 150)
    const stop = world.server.onAppended((append) => {
      left -= append.length
      if (left > 0) return
      stop()
      leases.failOver(random.int(0, 10_000))
    })
  }

  // The folds are behind the log, by another number of events each time.
  let followed = 0
  let shown = 0
  const foldUpTo = async (followUpsTo: number, tablesTo: number): Promise<void> => {
    for (const recorded of events.slice(followed, followUpsTo)) followUps.apply(recorded)
    followed = Math.max(followed, followUpsTo)
    shown = Math.max(shown, tablesTo)
    await tables.foldUpTo(shown)
  }

  /** What is due is looked for from time to time in each replica. */
  const lookForDue = (slot: number): void => {
    scheduler.after(random.int(20_000, 90_000), `replica ${slot} looks for what is due`, () => {
      if (!weather.isDown('database'))
        void foldUpTo(
          weather.isStormy() ? random.int(followed, events.length) : events.length,
          random.int(shown, events.length),
        )
      void replicas[slot]?.duePass()
      lookForDue(slot)
    })
  }

  const isIdle = (): boolean =>
    groups.unhandled() + groups.running() === 0 && replicas.every(({ underWay }) => underWay() === 0)

  return {
    call,
    groups,
    messages,
    tables,
    lookForDue,
    foldUpTo,
    isIdle,
    books: () => ({
      captures: charges.captures,
      refunds: [...refunds.refunds.values(), ...dashboard.refunds],
      disputes: dashboard.disputes,
      asked: charges.asked,
      cancelled: charges.cancelled,
    }),
    /** How often an order that stood still was driven on. */
    drivenOn: () => drivenOn,
    /** How often somebody has been charged or written to. */
    calls: () => charges.asked.length + messages.sent().length,

    /** Nothing is under way, and the follow-ups know of nothing that will be due. */
    async isAtRest(): Promise<boolean> {
      if (!isIdle() || webhooks.underWay() + pending() + byPeople.pending() > 0) return false
      await foldUpTo(events.length, shown)
      const intents = await Promise.all(
        allKinds.map((kind) => followUps.intents({ now: endOfTime, kind, firstDelayMs: 0, limit: 1 })),
      )
      const orders = await followUps.orders({ now: endOfTime, settings: usualDeadlines, limit: Infinity })
      const standing = await followUps.standing({ now: endOfTime, firstDelayMs: 0, limit: Infinity })
      return (
        intents.flat().length === 0 &&
        orders.every(({ orderId }) => mismatched.has(orderId)) &&
        !standing.some(({ progress }) => waitsForUs(progress))
      )
    },
  }
}
