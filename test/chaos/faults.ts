import { setTimeout as delay } from 'node:timers/promises'
import type { ChildName } from '../../embedded/shop/child-name.ts'
import type { ShopEventStore } from '../end-to-end/event-store-of-shop.ts'
import type { RunningShop } from '../end-to-end/running-shop.ts'
import type { SecondProcessors } from '../end-to-end/second-processors.ts'
import type { Proxy } from '../event-store/proxy.ts'
import type { Random } from '../simulation/random.ts'

export type Fault = { readonly name: string; readonly strike: () => Promise<void> }

export type FaultsOptions = {
  readonly running: RunningShop
  readonly second: SecondProcessors
  /** Undefined: it is not ours to kill. */
  readonly eventStore: ShopEventStore | undefined
  readonly toEventStore: Proxy
  readonly toDatabase: Proxy
  readonly random: Random
  /** Of the payment provider. */
  readonly faults: readonly Fault[]
}

const killable: readonly ChildName[] = ['processors', 'command-api', 'projections', 'read-api']

/** All that is done to the shop. Each ends what it has begun: a process goes on, a connection is free again. */
export const faultsOf = (options: FaultsOptions): readonly Fault[] => {
  const { running, second, eventStore, toEventStore, toDatabase, random } = options

  const cut = (name: string, proxy: Proxy): Fault => ({
    name: `connections to ${name} cut`,
    strike: async () => {
      proxy.cut()
    },
  })
  const held = (name: string, proxy: Proxy): Fault => ({
    name: `answers of ${name} delayed`,
    strike: async () => {
      proxy.hold()
      await delay(random.int(200, 2_500))
      proxy.release()
    },
  })
  const stopped = (name: string, pid: () => number | undefined): Fault => ({
    name: `${name} stands still`,
    strike: async () => {
      const own = pid()
      if (own === undefined) return
      process.kill(own, 'SIGSTOP')
      await delay(random.int(500, 6_000))
      process.kill(own, 'SIGCONT')
    },
  })

  return [
    ...killable.map((name): Fault => {
      return { name: `SIGKILL ${name}`, strike: async () => running.shop.child(name)?.kill() }
    }),
    { name: 'SIGKILL processors (second)', strike: async () => second.kill() },
    ...(eventStore === undefined ? [] : [{ name: 'SIGKILL event store', strike: () => eventStore.kill() }]),
    stopped('processors', () => running.shop.child('processors')?.pid),
    stopped('processors (second)', () => second.pid()),
    cut('the event store', toEventStore),
    held('the event store', toEventStore),
    cut('PostgreSQL', toDatabase),
    held('PostgreSQL', toDatabase),
    ...options.faults,
  ]
}

/** One after another, in an order by chance in which each has its turn before any comes again, until the time is up. Counts them by name. */
export const strikeUntil = async (
  faults: readonly Fault[],
  random: Random,
  {
    endsAt,
    everyMs,
    told,
  }: { readonly endsAt: number; readonly everyMs: number; readonly told: (name: string) => void },
): Promise<ReadonlyMap<string, number>> => {
  const counts = new Map<string, number>()
  let turns: readonly Fault[] = []
  for (;;) {
    await delay(random.int(everyMs / 2, everyMs * 1.5))
    if (Date.now() >= endsAt) return counts
    if (turns.length === 0) turns = random.shuffled(faults)
    const [next, ...rest] = turns
    turns = rest
    if (next === undefined) return counts
    told(next.name)
    await next.strike()
    counts.set(next.name, (counts.get(next.name) ?? 0) + 1)
  }
}
