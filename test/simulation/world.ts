import { shopEvents, type ShopEvent } from '../../domain/registry.ts'
import { uuidv5 } from '../../domain/shared/ids.ts'
import { createCodec, type Recorded } from '../../infrastructure/event-store/codec.ts'
import { StoreUnavailable, VersionConflict, type StoredEvent } from '../../infrastructure/event-store/port.ts'
import { LeasesUnavailable } from '../../processors/perform/leases.ts'
import { earlierSnapshots, frequentSnapshots } from './frequent-snapshots.ts'
import { createInMemoryStore } from './in-memory-store.ts'
import { lossesOf, nothingLost, type Losses } from './losses.ts'
import { createNetwork } from './network.ts'
import { fiveMinutesWithout, noOutage, type Outside } from './outages.ts'
import { createProcesses, type Life } from './processes.ts'
import { createRandom, type Random } from './random.ts'
import { remoteStore } from './remote-store.ts'
import { createScheduler } from './scheduler.ts'
import type { Faults, Surroundings } from './surroundings.ts'
import { climateOf, createWeather, type Climate } from './weather.ts'

export const startAt = Date.parse('2026-01-05T09:00:00.000Z')

export type World = Surroundings & {
  readonly climate: Climate
  readonly losses: Losses
  /** What they do at the provider, past the shop, in some runs: the others are not changed by it. */
  readonly people: { readonly random: Random; readonly useDashboard: boolean }
  /** How often somebody has found what is down to be down. */
  readonly outageNoticed: () => number
  /** The log, decoded. */
  readonly events: readonly Recorded<ShopEvent>[]
  readonly storedOf: (recorded: Recorded<ShopEvent>) => StoredEvent
}

export type WorldOptions = {
  readonly seed: number
  readonly outage?: Outside | undefined
  readonly faults: Faults['unexpected']
  readonly trace?: ((line: string) => void) | undefined
  /** In place of the seed's own. */
  readonly climate?: Climate | undefined
  /** See `NetworkParts`. */
  readonly diesAt?: ((life: Life, what: string) => boolean) | undefined
}

/** Clock, chance, network and store of one run; everything in it follows from the seed. */
export const createWorld = ({ seed, outage, faults: report, trace, climate: given, diesAt }: WorldOptions): World => {
  const random = createRandom(seed)
  const climate = given ?? climateOf(random)
  const aside = createRandom(seed ^ 0x5eed)
  const releasesMix = aside.chance(0.3)
  const losses = given === undefined ? lossesOf(aside) : nothingLost
  const atProvider = createRandom(seed ^ 0xda5b)
  const people = { random: atProvider, useDashboard: given === undefined && atProvider.chance(0.35) }
  const scheduler = createScheduler({ startAt, trace })
  let outageNoticed = 0
  const isDown =
    outage === undefined
      ? noOutage
      : fiveMinutesWithout(outage, { now: scheduler.now, random: aside, noticed: () => (outageNoticed += 1) })
  const weather = createWeather(climate, random, isDown)
  const processes = createProcesses()
  const kill: typeof processes.kill = (life) => {
    trace?.(`        ${life.name} dies`)
    processes.kill(life)
  }
  const freeze: typeof processes.freeze = (life, until) => {
    trace?.(`        ${life.name} stands still until ${new Date(until).toISOString()}`)
    processes.freeze(life, until)
  }
  const network = createNetwork({ scheduler, weather, kill, freeze, diesAt })
  const date = () => new Date(scheduler.now())
  const server = createInMemoryStore({ now: date })
  const codec = createCodec(shopEvents)
  let ids = 0

  const faults: Faults = {
    unexpected: report,
    unexpectedUnlessPassing: (where, error) => {
      const passing =
        error instanceof StoreUnavailable || error instanceof VersionConflict || error instanceof LeasesUnavailable
      if (!passing) report(where, error)
    },
  }

  const events: Recorded<ShopEvent>[] = []
  const originals = new Map<string, StoredEvent>()
  const listeners: ((events: readonly Recorded<ShopEvent>[]) => void)[] = []
  server.onAppended((appended) => {
    const decoded = appended.map((stored) => {
      const recorded = codec.decode(stored)
      if (recorded === undefined) throw new Error(`${stored.type} is not known`)
      originals.set(stored.id, stored)
      return recorded
    })
    events.push(...decoded)
    for (const { event, stream, revision } of decoded) trace?.(`        → ${event.type}  ${revision}@${stream}`)
    for (const listener of listeners) listener(decoded)
  })

  return {
    scheduler,
    random,
    aside,
    weather,
    network,
    processes,
    server,
    codec,
    date,
    faults,
    climate,
    losses,
    people,
    outageNoticed: () => outageNoticed,
    events,
    newId: () => uuidv5(`seed ${seed}, id ${(ids += 1)}`),
    snapshots: () => (releasesMix && aside.chance(0.5) ? earlierSnapshots : frequentSnapshots),
    storeFor: (life) => remoteStore(server, life, { network, weather, now: scheduler.now }),
    onWritten: (listener) => {
      listeners.push(listener)
    },
    storedOf: ({ id }) => {
      const stored = originals.get(id)
      if (stored === undefined) throw new Error(`${id} was never written`)
      return stored
    },
  }
}
