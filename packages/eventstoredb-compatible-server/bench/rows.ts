import { percentile } from './statistics.ts'
import {
  appends,
  appendToDelivery,
  filteredCatchUp,
  persistentSubscription,
  readAll,
  type Side,
} from './measurements.ts'
import type { Servers } from './servers.ts'

/** The same for both sides, each call one more round. */
export type Measured = { readonly eventStore: () => Promise<number>; readonly bare: () => Promise<number> }

export type Row = {
  readonly name: string
  readonly title: string
  readonly unit: '/s' | 'ms'
  /** The least share of the bare server's speed, or the most milliseconds. */
  readonly target: { readonly ratio: number } | { readonly milliseconds: number }
  /** How much shorter its rounds are, and how much more of them there are: where the disk decides, it must not choose sides. */
  readonly split?: number
  prepare(servers: Servers): Promise<Measured>
}

const SPLIT = 4

type Against = 'bare' | 'durable'

const both =
  (against: Against, measure: (side: Side, servers: Servers) => Promise<number>) =>
  async (servers: Servers): Promise<Measured> => {
    const [eventStore, bare] = [await servers.eventStore(), await servers[against]()]
    return { eventStore: () => measure(eventStore, servers), bare: () => measure(bare, servers) }
  }

/** `share` of 1 is the full size of a round; less is quicker and says less. */
export const rows = (share: number): readonly Row[] => {
  const scaled = (count: number): number => Math.max(50, Math.round(count * share))
  const delivered = (at: number) =>
    both('durable', async (side) => percentile(await appendToDelivery(side, scaled(400 / SPLIT)), at))
  const half = { ratio: 0.5 }
  const most = { ratio: 0.8 }
  return [
    {
      name: 'append-1',
      title: 'append, 1 at a time, against a durable put',
      unit: '/s',
      target: most,
      split: SPLIT,
      prepare: both('durable', (side) => appends(side, 1, scaled(500 / SPLIT))),
    },
    {
      name: 'append-64',
      title: 'append, 64 at a time',
      unit: '/s',
      target: half,
      prepare: both('bare', (side) => appends(side, 64, scaled(10_000))),
    },
    {
      name: 'append-256',
      title: 'append, 256 at a time',
      unit: '/s',
      target: half,
      prepare: both('bare', (side) => appends(side, 256, scaled(15_000))),
    },
    {
      name: 'read-all',
      title: 'read $all',
      unit: '/s',
      target: half,
      prepare: both('bare', (side, { sizes }) => readAll(side, sizes.events)),
    },
    {
      name: 'catch-up',
      title: 'filtered catch-up, every other event passes',
      unit: '/s',
      target: half,
      prepare: both('bare', (side, { sizes }) => filteredCatchUp(side, sizes.events / 2)),
    },
    {
      name: 'persistent-10',
      title: 'persistent subscription, window 10, single acks',
      unit: '/s',
      target: half,
      prepare: both('bare', (side, { sizes }) =>
        persistentSubscription(side, { window: 10, acksOf: 1, count: Math.floor(sizes.queued / 2) }),
      ),
    },
    {
      name: 'persistent-500',
      title: 'persistent subscription, window 500, acks of 50',
      unit: '/s',
      target: half,
      prepare: both('bare', (side, { sizes }) =>
        persistentSubscription(side, { window: 500, acksOf: 50, count: sizes.queued }),
      ),
    },
    {
      name: 'delivery-p50',
      title: 'append to delivery, p50, against a durable put',
      unit: 'ms',
      target: most,
      split: SPLIT,
      prepare: delivered(0.5),
    },
    {
      name: 'delivery-p99',
      title: 'append to delivery, p99, against a durable put',
      unit: 'ms',
      target: most,
      split: SPLIT,
      prepare: delivered(0.99),
    },
    {
      name: 'start-empty',
      title: 'start, empty directory',
      unit: 'ms',
      target: { milliseconds: 1_000 },
      prepare: async (servers) => ({ eventStore: () => servers.startEmpty(), bare: () => servers.startBare() }),
    },
    {
      name: 'start-many',
      title: 'start, a million events',
      unit: 'ms',
      target: { milliseconds: 3_000 },
      prepare: async (servers) => ({ eventStore: () => servers.startWithMany(), bare: () => servers.startBare() }),
    },
  ]
}
