import type { ProposedRecord } from '../log/types.ts'

export const DEFAULT_MAX_APPEND_SIZE = 1_048_576

/** What holds for every append. */
export type AppendLimits = {
  /** Bytes. */
  readonly maxAppendSize: number
  /** Milliseconds until its answer says that it timed out. */
  readonly writeTimeout: number
}

/** What an event counts for the limit of one append since 24.10.4: data, metadata and its type in UTF-16. Before, only its data did. */
export const appendSizeOf = (record: ProposedRecord): number =>
  record.data.length + record.metadata.length + 2 * record.type.length
