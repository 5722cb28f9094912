import { compileFilter } from '../grpc/filter.ts'
import { resolveLink } from '../grpc/links.ts'
import { isLeftOutOfAll } from '../log/system-streams.ts'
import type { Log, StoredRecord } from '../log/types.ts'
import { ALL_STREAM } from './names.ts'
import type { GroupConfig } from './settings.ts'

export type SourcePage = {
  readonly records: readonly StoredRecord[]
  /** Where the next page begins, inclusive; undefined when nothing more is there at the moment. A page may be empty and not the last. */
  readonly next: bigint | undefined
  /** The stream was tombstoned: nothing will ever come again. */
  readonly faulted: boolean
}

/** Where a group's events come from. A place in it is one number: the revision in a stream, the position in `$all`. */
export type Source = {
  positionOf(record: StoredRecord): bigint
  /** Whether a group on this source is ever given the record: not the filtered ones, not `$all`'s hidden streams. */
  matches(record: StoredRecord): boolean
  /**
   * The same for a record that has just been committed. A filtered group that has links resolved looks at what they lead to, and passes
   * over links that lead nowhere; in history it looks at the link itself, as the real server does.
   */
  matchesLive(record: StoredRecord): boolean
  /** Whether the record is in the source at all. */
  holds(record: StoredRecord): boolean
  /** The place of the last record there is now; -1n if there is none. */
  head(): bigint
  /** The stream is tombstoned. */
  isOver(): boolean
  pageAfter(position: bigint, limit: number): SourcePage
  format(position: bigint): string
  /** The inverse of `format`; undefined for what it can't have written. */
  parse(text: string): bigint | undefined
  /** As info shows it. */
  formatStart(startFrom: GroupConfig['startFrom']): string
}

const streamSource = (log: Log, stream: string): Source => ({
  positionOf: (record) => record.revision,
  matches: () => true,
  matchesLive: () => true,
  holds: (record) => record.stream === stream,
  head: () => log.lastRevision(stream) ?? -1n,
  isOver: () => log.streamState(stream) === 'tombstoned',
  pageAfter: (position, limit) => {
    const { records, next, state } = log.readStream(stream, position + 1n, 'forwards', limit)
    return { records, next, faulted: state === 'tombstoned' }
  },
  format: String,
  parse: (text) => (/^\d+$/.test(text) ? BigInt(text) : undefined),
  formatStart: (startFrom) => (startFrom === 'end' ? '-1' : String(startFrom)),
})

const formatPosition = (position: bigint): string => `C:${position}/P:${position}`

const allSource = (log: Log, filter: GroupConfig['filter'], resolvesLinks: boolean): Source => {
  const matches = filter === undefined ? () => true : compileFilter(filter)
  const targetMatches = (record: StoredRecord): boolean => {
    const { event } = resolveLink(log, record, 'live')
    return event !== undefined && matches(event)
  }
  return {
    positionOf: (record) => record.position,
    matches,
    matchesLive: filter !== undefined && resolvesLinks ? targetMatches : matches,
    holds: (record) => !isLeftOutOfAll(record.stream),
    head: () => log.head(),
    isOver: () => false,
    pageAfter: (position, limit) => {
      const { records, next } = log.readAll(position + 1n, 'forwards', limit)
      return { records, next, faulted: false }
    },
    format: formatPosition,
    parse: (text) => {
      const commit = /^C:(\d+)\/P:\d+$/.exec(text)?.[1]
      return commit === undefined ? undefined : BigInt(commit)
    },
    formatStart: (startFrom) => formatPosition(startFrom === 'end' ? -1n : startFrom),
  }
}

export const sourceOf = (
  log: Log,
  { stream, filter }: Pick<GroupConfig, 'stream' | 'filter'>,
  resolvesLinks = false,
): Source => (stream === ALL_STREAM ? allSource(log, filter, resolvesLinks) : streamSource(log, stream))
