import { randomUUID } from 'node:crypto'
import { withTruncateBefore } from './metadata.ts'
import { isSoftDeleted, isTombstoned } from './stream-entry.ts'
import { isMetastream, metastreamOf, streamOfMetastream } from './system-streams.ts'
import type { ProposedRecord } from './types.ts'
import type { WriteGroup } from './write-group.ts'

export const METADATA_TYPE = '$metadata'

export const metadataRecord = (data: Buffer): ProposedRecord => ({
  id: randomUUID(),
  type: METADATA_TYPE,
  isJson: true,
  data,
  metadata: Buffer.alloc(0),
})

export type Revival = { readonly stream: string; readonly truncateBefore: bigint }

/**
 * The soft-deleted streams that an append to this one brings back; to be asked before it is added. A stream comes back with its next
 * event, everything before that truncated. Metadata for a soft-deleted stream brings it back too, as an empty one. Nothing brings a
 * tombstoned one back.
 */
export const revivedBy = (group: WriteGroup, stream: string): readonly Revival[] =>
  [stream, ...(isMetastream(stream) ? [streamOfMetastream(stream)] : [])].flatMap((name) => {
    const entry = group.entry(name)
    return entry !== undefined && isSoftDeleted(entry) && !isTombstoned(entry)
      ? [{ stream: name, truncateBefore: entry.lastRevision + 1n }]
      : []
  })

/** Writes the stream's last metadata once more, with the new $tb, as EventStoreDB does after the append. */
export const revive = (group: WriteGroup, { stream, truncateBefore }: Revival, created: bigint): void => {
  const metastream = metastreamOf(stream)
  const last = group.record(metastream, group.entry(metastream)?.lastRevision ?? 0n)
  group.add(metastream, metadataRecord(withTruncateBefore(last?.data, truncateBefore)), created)
}
