import { indexKey, revisionOfIndexKey, streamKey } from './keys.ts'
import type { Storage } from './storage.ts'
import type { Table } from './table.ts'
import type { StreamMetadata } from './types.ts'

/** Revision of the event that closes a tombstoned stream, and the $tb of a soft-deleted one. */
export const LAST_REVISION = 9_223_372_036_854_775_807n

/**
 * What is known of a stream beside its records: enough to check an append and to know what a read may show.
 * `lastRevision` is -1 while the stream has metadata only. The index knows it; what is written of it here is read by nobody but the
 * code for older formats.
 */
export type StreamEntry = {
  readonly number: number
  readonly lastRevision: bigint
  readonly metadata: StreamMetadata
}

const LENGTH = 39
const HAS_MAX_COUNT = 1
const HAS_MAX_AGE = 2
const HAS_TRUNCATE_BEFORE = 4

export const encodeEntry = ({ number, lastRevision, metadata }: StreamEntry): Buffer => {
  const bytes = Buffer.alloc(LENGTH)
  bytes.writeUIntBE(number, 0, 6)
  bytes.writeBigInt64BE(lastRevision, 6)
  bytes[14] =
    (metadata.maxCount === undefined ? 0 : HAS_MAX_COUNT) |
    (metadata.maxAgeSeconds === undefined ? 0 : HAS_MAX_AGE) |
    (metadata.truncateBefore === undefined ? 0 : HAS_TRUNCATE_BEFORE)
  bytes.writeBigInt64BE(metadata.maxCount ?? 0n, 15)
  bytes.writeBigInt64BE(metadata.maxAgeSeconds ?? 0n, 23)
  bytes.writeBigInt64BE(metadata.truncateBefore ?? 0n, 31)
  return bytes
}

/** Without the last revision, which is in the index. */
export const decodeEntry = (bytes: Buffer): Omit<StreamEntry, 'lastRevision'> => {
  const has = bytes.readUInt8(14)
  return {
    number: bytes.readUIntBE(0, 6),
    metadata: {
      ...(has & HAS_MAX_COUNT ? { maxCount: bytes.readBigInt64BE(15) } : {}),
      ...(has & HAS_MAX_AGE ? { maxAgeSeconds: bytes.readBigInt64BE(23) } : {}),
      ...(has & HAS_TRUNCATE_BEFORE ? { truncateBefore: bytes.readBigInt64BE(31) } : {}),
    },
  }
}

/** What lies on the disk of a stream. */
export const readEntry = (
  { streams, index }: Pick<Storage, 'streams' | 'index'>,
  stream: string,
): StreamEntry | undefined => {
  const bytes = streams.get(streamKey(stream))
  if (bytes === undefined) return undefined
  const entry = decodeEntry(bytes)
  return { ...entry, lastRevision: lastRevisionIn(index, entry.number) }
}

const lastRevisionIn = (index: Table, streamNumber: number): bigint => {
  const backwards = {
    start: indexKey(streamNumber, LAST_REVISION),
    end: indexKey(streamNumber, 0n),
    inclusiveEnd: true,
    reverse: true,
    limit: 1,
  }
  for (const key of index.getKeys(backwards)) return revisionOfIndexKey(key)
  return -1n
}

export const isTombstoned = (entry: StreamEntry | undefined): boolean => entry?.lastRevision === LAST_REVISION

/** A soft-deleted stream is one that is truncated before any revision there can be. */
export const isSoftDeleted = (entry: StreamEntry | undefined): boolean =>
  entry?.metadata.truncateBefore === LAST_REVISION
