import type { Log } from '../../log/types.ts'
import { Consumer } from '../consumer.ts'
import type { Message } from '../message.ts'
import { Subsystem } from '../subsystem.ts'
import type { GroupRequest } from '../subsystem.ts'
import type { Group } from '../group.ts'
import { infoOf } from '../info.ts'
import type { GroupInfo } from '../info.ts'
import type { Settings } from '../settings.ts'

/** What client 6.2.1 sends when nothing is said. */
export const clientDefaults: Settings = {
  resolveLinkTos: false,
  extraStatistics: false,
  messageTimeout: 30_000,
  maxRetryCount: 10,
  checkPointAfter: 2_000,
  minCheckPointCount: 10,
  maxCheckPointCount: 1_000,
  maxSubscriberCount: 0,
  liveBufferSize: 500,
  readBatchSize: 20,
  historyBufferSize: 500,
  strategy: 'RoundRobin',
}

export type Delivered = {
  readonly id: string
  readonly type: string | undefined
  readonly stream: string | undefined
  readonly retryCount: number
}

/** A consumer without a network; it remembers what it was given. */
export type FakeConsumer = {
  readonly delivered: Delivered[]
  /** `types` of all deliveries, with `*n` for the n-th retry: short enough to read in a failure. */
  readonly seen: () => readonly string[]
  readonly consumer: Consumer
  dropped: boolean
  /** As long as it is busy, the connection says after each message that it takes no more. */
  busy: boolean
}

export const fakeConsumer = (window = 10, extraStatistics = false): FakeConsumer => {
  const delivered: Delivered[] = []
  const connection = {
    write: ({ id, resolved, retryCount }: Message): boolean => {
      delivered.push({ id, type: resolved?.event?.type, stream: resolved?.event?.stream, retryCount })
      return !fake.busy
    },
    drop: (): void => {
      fake.dropped = true
    },
  }
  const fake: FakeConsumer = {
    delivered,
    seen: () => delivered.map(({ type, retryCount }) => `${type ?? '?'}${retryCount === 0 ? '' : `*${retryCount}`}`),
    consumer: new Consumer(connection, { name: 'test', username: 'system', window, extraStatistics }),
    dropped: false,
    busy: false,
  }
  return fake
}

/** A subsystem whose time stands still until it is moved, and whose pages are read when `settle` is called. */
export type Driven = {
  readonly subsystem: Subsystem
  /** Runs all that is due, until nothing more happens. */
  settle(): Promise<void>
  /** Lets seconds pass, with a tick at the end of each. */
  seconds(count: number): Promise<void>
  /** Lets time pass without a tick. */
  milliseconds(count: number): void
  group(stream: string, name: string): Promise<Group>
  info(stream: string, name: string): Promise<GroupInfo>
}

export const drive = (log: Log, { missesCheckpoints = false, losesMessages = false } = {}): Driven => {
  let time = Date.UTC(2030, 0, 1)
  let id = 0
  let deferred: (() => void)[] = []
  const subsystem = new Subsystem({
    log,
    now: () => time,
    newId: () => `own-${(id += 1)}`,
    defer: (work) => deferred.push(work),
    missesCheckpoints,
    losesMessages: () => losesMessages,
  })
  const settle = async (): Promise<void> => {
    do {
      const due = deferred
      deferred = []
      for (const work of due) work()
      await new Promise(setImmediate)
    } while (deferred.length > 0)
  }
  const driven: Driven = {
    subsystem,
    settle,
    seconds: async (count) => {
      for (let second = 0; second < count; second += 1) {
        time += 1_000
        subsystem.tick()
        await settle()
      }
    },
    milliseconds: (count) => {
      time += count
    },
    group: (stream, name) => subsystem.group(stream, name),
    info: async (stream, name) => infoOf(await subsystem.group(stream, name), time),
  }
  return driven
}

export const request = (
  stream: string,
  settings: Partial<Settings> = {},
  rest: Partial<Pick<GroupRequest, 'filter' | 'startFrom'>> = {},
): GroupRequest => ({
  stream,
  group: 'g',
  filter: undefined,
  startFrom: 0n,
  ...rest,
  settings: { ...clientDefaults, ...settings },
})

/** Appends events of these types; their ids are `<stream>/<type>`. */
export const appendTypes = async (log: Log, stream: string, ...types: readonly string[]): Promise<void> => {
  for (const type of types) {
    await log.append(stream, 'any', [
      { id: `${stream}/${type}`, type, isJson: true, data: Buffer.from('{}'), metadata: Buffer.alloc(0) },
    ])
  }
}

/** `count` types, `e0`, `e1` and so on. */
export const types = (count: number, prefix = 'e'): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`)
