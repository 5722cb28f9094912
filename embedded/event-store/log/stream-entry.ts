import type { StreamMetadata } from './types.ts'

/** Revision of the event that closes a tombstoned stream, and the $tb of a soft-deleted one. */
export const LAST_REVISION = 9_223_372_036_854_775_807n

/**
 * What is kept of a stream beside its records: enough to check an append and to know what a read may show, in one look-up.
 * `lastRevision` is -1 while the stream has metadata only.
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

export const decodeEntry = (bytes: Buffer): StreamEntry => {
  const has = bytes.readUInt8(14)
  return {
    number: bytes.readUIntBE(0, 6),
    lastRevision: bytes.readBigInt64BE(6),
    metadata: {
      ...(has & HAS_MAX_COUNT ? { maxCount: bytes.readBigInt64BE(15) } : {}),
      ...(has & HAS_MAX_AGE ? { maxAgeSeconds: bytes.readBigInt64BE(23) } : {}),
      ...(has & HAS_TRUNCATE_BEFORE ? { truncateBefore: bytes.readBigInt64BE(31) } : {}),
    },
  }
}

export const isTombstoned = (entry: StreamEntry | undefined): boolean => entry?.lastRevision === LAST_REVISION

/** A soft-deleted stream is one that is truncated before any revision there can be. */
export const isSoftDeleted = (entry: StreamEntry | undefined): boolean => entry?.metadata.truncateBefore === LAST_REVISION
