import { TOMBSTONE_TYPE } from '../log/deletes.ts'
import { parseMetadata } from '../log/metadata.ts'
import { LAST_REVISION } from '../log/stream-entry.ts'
import { isMetastream, streamOfMetastream } from '../log/system-streams.ts'
import type { StoredRecord } from '../log/types.ts'
import { METADATA_TYPE } from '../log/undelete.ts'

/** A record as projections look at it; worked out once for all of them. */
export type Source = {
  readonly record: StoredRecord
  /** The stream that this record deletes, softly or for ever. */
  readonly deletes: string | undefined
  /** What the record's metadata name as its correlation. */
  readonly correlationId: string | undefined
}

export const sourceOf = (record: StoredRecord): Source => ({
  record,
  deletes: deletedBy(record),
  correlationId: correlationIdOf(record.metadata),
})

const deletedBy = ({ type, stream, data, isJson }: StoredRecord): string | undefined => {
  if (type === TOMBSTONE_TYPE) return stream
  if (type !== METADATA_TYPE || !isMetastream(stream)) return undefined
  return parseMetadata(data, isJson).truncateBefore === LAST_REVISION ? streamOfMetastream(stream) : undefined
}

const correlationIdOf = (metadata: Buffer): string | undefined => {
  // Most metadata have none: seen without parsing.
  if (!metadata.includes('"$correlationId"')) return undefined
  try {
    const value: unknown = JSON.parse(metadata.toString('utf8'))
    const id =
      typeof value === 'object' && value !== null && '$correlationId' in value ? value.$correlationId : undefined
    return typeof id === 'string' ? id : typeof id === 'number' ? String(id) : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
