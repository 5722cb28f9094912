import { isSoftDeleted, isTombstoned, type StreamEntry } from './stream-entry.ts'
import type { StoredRecord, StreamMetadata, StreamState } from './types.ts'

/**
 * What the metadata in force lets a reader of the stream see. Only reads of that stream: `$all` shows everything. A metastream has a
 * fixed $maxCount of 1, whatever anybody says of it.
 */
const effective = (entry: StreamEntry, isMetastream: boolean): StreamMetadata =>
  isMetastream ? { maxCount: 1n } : entry.metadata

/** The lowest revision that $maxCount and $tb leave. */
export const firstVisible = (entry: StreamEntry, isMetastream: boolean): bigint => {
  const { maxCount, truncateBefore } = effective(entry, isMetastream)
  const byCount = maxCount === undefined ? 0n : entry.lastRevision - maxCount + 1n
  const lowest = truncateBefore !== undefined && truncateBefore > byCount ? truncateBefore : byCount
  return lowest > 0n ? lowest : 0n
}

/** Events created before this are expired; undefined without $maxAge. */
export const oldestVisible = (entry: StreamEntry, isMetastream: boolean, now: number): bigint | undefined => {
  const { maxAgeSeconds } = effective(entry, isMetastream)
  return maxAgeSeconds === undefined ? undefined : BigInt(now) * 10_000n - maxAgeSeconds * 10_000_000n
}

export const stateOf = (entry: StreamEntry | undefined): StreamState => {
  if (isTombstoned(entry)) return 'tombstoned'
  if (isSoftDeleted(entry)) return 'soft_deleted'
  return entry === undefined || entry.lastRevision < 0n ? 'missing' : 'exists'
}

export const isReadable = (
  entry: StreamEntry | undefined,
  record: StoredRecord,
  isMetastream: boolean,
  now: number,
): boolean => {
  if (entry === undefined || stateOf(entry) !== 'exists' || record.revision < firstVisible(entry, isMetastream))
    return false
  const oldest = oldestVisible(entry, isMetastream, now)
  return oldest === undefined || record.created >= oldest
}
