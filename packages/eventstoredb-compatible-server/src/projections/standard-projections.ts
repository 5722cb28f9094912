import { LINK_TYPE } from '../grpc/links.ts'
import type { StoredRecord } from '../log/types.ts'
import type { Emitted } from './emitted.ts'
import type { Source } from './source.ts'

export type StandardProjection = {
  readonly name: string
  /** What links name as its version's first part. */
  readonly id: number
  /** What it writes because of a record, if anything. */
  emits(source: Source): Emitted | undefined
}

const STREAM_REFERENCE_TYPE = '$@'
const DELETED = { $deleted: '-1' }

/** Every event by the part of its stream's name before the first `-`; deletions of streams too. Links keep their target. */
const byCategory = ({ record, deletes }: Source): Emitted | undefined => {
  const stream = deletes ?? record.stream
  const category = categoryOf(stream)
  if (category === undefined) return undefined
  return {
    stream: `$ce-${category}`,
    data: record.type === LINK_TYPE ? record.data.toString('utf8') : addressOf(record),
    extra: { $o: JSON.stringify(stream), ...(deletes === undefined ? {} : DELETED) },
  }
}

/** Every event but links by its type; deletions under one name, pointing at the stream that was deleted. */
const byEventType = ({ record, deletes }: Source): Emitted | undefined => {
  if (record.type === LINK_TYPE) return undefined
  if (deletes === undefined) return { stream: `$et-${record.type}`, data: addressOf(record) }
  return { stream: '$et-$deleted', data: `${record.revision}@${deletes}`, extra: DELETED }
}

/**
 * Every event by the correlation in its metadata; not what projections have written, links and names of streams, which have the
 * correlation of their source.
 */
const byCorrelationId = ({ record, correlationId }: Source): Emitted | undefined =>
  record.type === LINK_TYPE || record.type === STREAM_REFERENCE_TYPE || correlationId === undefined
    ? undefined
    : {
        stream: `$bc-${correlationId}`,
        data: addressOf(record),
        extra: { $eventTimestamp: JSON.stringify(timestampOf(record)) },
      }

/** The first event of every stream, system streams included. */
const streams = ({ record }: Source): Emitted | undefined =>
  record.revision === 0n ? { stream: '$streams', data: addressOf(record) } : undefined

/** The name of every stream by its category. */
const streamByCategory = ({ record }: Source): Emitted | undefined => {
  const category = record.revision === 0n ? categoryOf(record.stream) : undefined
  return category === undefined
    ? undefined
    : { stream: `$category-${category}`, type: STREAM_REFERENCE_TYPE, data: record.stream }
}

export const STANDARD_PROJECTIONS: readonly StandardProjection[] = [
  { name: '$streams', id: 1, emits: streams },
  { name: '$stream_by_category', id: 2, emits: streamByCategory },
  { name: '$by_category', id: 3, emits: byCategory },
  { name: '$by_event_type', id: 4, emits: byEventType },
  { name: '$by_correlation_id', id: 5, emits: byCorrelationId },
]

/** System streams have no category, nor has a name without `-` or with nothing before it. */
const categoryOf = (stream: string): string | undefined => {
  const end = stream.indexOf('-')
  return end <= 0 || stream.startsWith('$') ? undefined : stream.slice(0, end)
}

const addressOf = ({ revision, stream }: StoredRecord): string => `${revision}@${stream}`

const TICKS_PER_MILLISECOND = 10_000n

/** UTC with microseconds. */
const timestampOf = ({ created }: StoredRecord): string => {
  const milliseconds = new Date(Number(created / TICKS_PER_MILLISECOND)).toISOString().slice(0, -1)
  return `${milliseconds}${String((created % TICKS_PER_MILLISECOND) / 10n).padStart(3, '0')}Z`
}
