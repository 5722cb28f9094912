import type { ShopEvent } from '../../domain/registry.ts'
import type { Codec, Recorded } from '../../infrastructure/event-store/codec.ts'
import type { LargeFold } from '../../infrastructure/event-store/handle-command.ts'
import type { InMemoryStore } from './in-memory-store.ts'
import type { Network } from './network.ts'
import type { Life, Processes } from './processes.ts'
import type { Random } from './random.ts'
import type { RemoteStore } from './remote-store.ts'
import type { Scheduler } from './scheduler.ts'
import type { Weather } from './weather.ts'

/** What nobody foresaw: an error of a kind that no caller is to be shown. */
export type Faults = {
  unexpected(where: string, error: unknown): void
  /** A store that is away, or a stream under contention, is nothing unforeseen. */
  unexpectedUnlessPassing(where: string, error: unknown): void
}

/** What every actor of the simulation is given. */
export type Surroundings = {
  readonly scheduler: Scheduler
  readonly random: Random
  /** For what only some runs have: the others are not changed by it. */
  readonly aside: Random
  readonly weather: Weather
  readonly network: Network
  readonly processes: Processes
  /** The store itself; processes see it through `storeFor`. */
  readonly server: InMemoryStore
  readonly storeFor: (life: Life) => RemoteStore
  /** Of the release that a process is of which starts now. */
  readonly snapshots: () => LargeFold
  readonly codec: Codec<ShopEvent>
  readonly newId: () => string
  readonly date: () => Date
  readonly faults: Faults
  /** Tells of everything that is written, decoded, append by append. */
  readonly onWritten: (listener: (events: readonly Recorded<ShopEvent>[]) => void) => void
}
