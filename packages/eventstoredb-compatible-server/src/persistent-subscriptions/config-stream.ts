import type { EventFilter } from '../grpc/filter.ts'
import { metastreamOf } from '../log/system-streams.ts'
import type { Log } from '../log/types.ts'
import { ALL_STREAM, CONFIG_STREAM } from './names.ts'
import type { GroupConfig, Settings } from './settings.ts'
import { sourceOf } from './source.ts'

type Context = { readonly log: Log; readonly now: () => number; readonly newId: () => string }

/**
 * A group as it is stored. Values that are 0, false or empty are left out. `startFrom`, a 64-bit number, is there for those who look at
 * streams only: `startPosition` says the same, and more. `startAfter` (of a start at the end) and `prefixes` (where commas would be misread)
 * are this server's own.
 */
type StoredEntry = Partial<Omit<Settings, 'strategy'>> & {
  readonly stream?: string
  readonly group?: string
  readonly filter?: {
    readonly context?: string
    readonly type?: string
    readonly data?: string
    readonly prefixes?: readonly string[]
  }
  readonly startPosition?: string
  readonly startAfter?: string
  readonly namedConsumerStrategy?: string
}

/** Stored as the start of every group on `$all`, whose places are no numbers. */
const NO_NUMBER = -9_223_372_036_854_775_808n

/** An object as JSON, without what is as nothing. The 64-bit numbers keep all their digits. */
const textOf = (entry: object): string => {
  const said = Object.entries(entry).filter(
    ([, value]) => value !== 0 && value !== 0n && value !== false && value !== '' && value !== undefined,
  )
  return `{${said.map(([key, value]) => `${JSON.stringify(key)}:${typeof value === 'bigint' ? value : JSON.stringify(value)}`).join(',')}}`
}

const startNumber = ({ stream, startFrom }: GroupConfig): bigint =>
  stream === ALL_STREAM ? NO_NUMBER : startFrom === 'end' ? -1n : startFrom

const prefixesIn = (data: string): readonly string[] => data.split(',')

const storeFilter = ({ on, regex, prefixes }: EventFilter): object => {
  const data = regex === '' ? prefixes.join(',') : regex
  // A prefix may contain a comma, and there may be none at all.
  const isAmbiguous = regex === '' && prefixesIn(data).length !== prefixes.length
  return {
    context: on === 'stream' ? 'streamid' : 'eventtype',
    type: regex === '' ? 'prefix' : 'regex',
    data,
    ...(isAmbiguous ? { prefixes } : {}),
    isAllStream: true,
  }
}

const storeEntry = (log: Log, config: GroupConfig): string => {
  const { stream, group, filter, startFrom, startAfter, settings } = config
  const { strategy, ...rest } = settings
  return textOf({
    stream,
    group,
    filter: filter === undefined ? undefined : storeFilter(filter),
    startFrom: startNumber(config),
    startPosition: sourceOf(log, { stream, filter: undefined }).formatStart(startFrom),
    startAfter: startFrom === 'end' ? String(startAfter) : undefined,
    ...rest,
    namedConsumerStrategy: strategy,
  })
}

const readEntryFilter = (filter: StoredEntry['filter']): EventFilter | undefined => {
  if (filter === undefined) return undefined
  const data = filter.data ?? ''
  return {
    on: filter.context === 'streamid' ? 'stream' : 'type',
    regex: filter.type === 'regex' ? data : '',
    prefixes: filter.type === 'regex' ? [] : (filter.prefixes ?? prefixesIn(data)),
  }
}

const readStart = (entry: StoredEntry): GroupConfig['startFrom'] => {
  const number = /^(?:C:)?(-?\d+)/.exec(entry.startPosition ?? '0')?.[1] ?? '0'
  return number === '-1' ? 'end' : BigInt(number)
}

const readEntry = (log: Log, entry: StoredEntry, forgetsStart: boolean): GroupConfig => {
  const stream = entry.stream ?? ''
  const filter = readEntryFilter(entry.filter)
  const startFrom = readStart(entry)
  return {
    stream,
    group: entry.group ?? '',
    filter,
    startFrom,
    startAfter:
      entry.startAfter === undefined || forgetsStart
        ? startAfterOf(log, { stream, filter, startFrom })
        : BigInt(entry.startAfter),
    settings: {
      resolveLinkTos: entry.resolveLinkTos ?? false,
      extraStatistics: entry.extraStatistics ?? false,
      messageTimeout: entry.messageTimeout ?? 0,
      maxRetryCount: entry.maxRetryCount ?? 0,
      checkPointAfter: entry.checkPointAfter ?? 0,
      minCheckPointCount: entry.minCheckPointCount ?? 0,
      maxCheckPointCount: entry.maxCheckPointCount ?? 0,
      maxSubscriberCount: entry.maxSubscriberCount ?? 0,
      liveBufferSize: entry.liveBufferSize ?? 0,
      readBatchSize: entry.readBatchSize ?? 0,
      historyBufferSize: entry.historyBufferSize ?? 0,
      strategy: entry.namedConsumerStrategy ?? 'RoundRobin',
    },
  }
}

/** Where a group that starts there now begins, exclusive. */
export const startAfterOf = (log: Log, config: Pick<GroupConfig, 'stream' | 'filter' | 'startFrom'>): bigint =>
  config.startFrom === 'end' ? sourceOf(log, config).head() : config.startFrom - 1n

/** All groups that are stored. With `forgetsStart` a start at the end means the end there is now, as on the real server. */
export const loadConfigs = (log: Log, forgetsStart: boolean): readonly GroupConfig[] => {
  const [last] = log.readStream(CONFIG_STREAM, 'end', 'backwards', 1).records
  if (last === undefined) return []
  // The server's own stream: what is in it was written by `saveConfigs` (or by the real server, in the same form).
  const { entries = [] } = JSON.parse(last.data.toString('utf8')) as { readonly entries?: readonly StoredEntry[] }
  return entries.map((entry) => readEntry(log, entry, forgetsStart))
}

/** Writes the whole list; resolves when it is on disk. The stream keeps the last two. */
export const saveConfigs = async ({ log, now, newId }: Context, configs: readonly GroupConfig[]): Promise<void> => {
  const append = async (stream: string, type: string, json: string): Promise<void> => {
    const record = { id: newId(), type, isJson: true, data: Buffer.from(json), metadata: Buffer.alloc(0) }
    const result = await log.append(stream, 'any', [record])
    if (result.kind !== 'appended') throw new Error(`${stream} can't be written: ${result.kind}`)
  }
  if (log.streamMetadata(CONFIG_STREAM).maxCount === undefined) {
    await append(metastreamOf(CONFIG_STREAM), '$metadata', '{"$maxCount":2}')
  }
  const head = JSON.stringify({ version: '2', updated: new Date(now()).toISOString(), updatedBy: 'system' })
  const entries = configs.map((config) => storeEntry(log, config)).join(',')
  await append(CONFIG_STREAM, '$PersistentConfig', `${head.slice(0, -1)},"entries":[${entries}]}`)
}
