/**
 * What the parts of the server know of the log. Positions are 64-bit numbers that only grow, with gaps;
 * commit and prepare of a record are always equal here. Revisions start at 0n.
 */

/** An event as it is stored. `created` counts 100-ns ticks since 1970-01-01 UTC. */
export type StoredRecord = {
  readonly position: bigint
  readonly stream: string
  readonly revision: bigint
  /** Lower-case hyphenated UUID. */
  readonly id: string
  readonly type: string
  readonly isJson: boolean
  readonly created: bigint
  readonly data: Buffer
  readonly metadata: Buffer
}

export type ProposedRecord = Pick<StoredRecord, 'id' | 'type' | 'isJson' | 'data' | 'metadata'>

/** A revision means: exactly this one. */
export type ExpectedRevision = bigint | 'no_stream' | 'any' | 'stream_exists'

export type AppendResult =
  | { readonly kind: 'appended'; readonly revision: bigint; readonly position: bigint | undefined }
  | { readonly kind: 'wrong_expected_version'; readonly current: bigint | 'no_stream' }
  | { readonly kind: 'stream_deleted' }

/** What a stream's metadata says of what may still be read of it. */
export type StreamMetadata = {
  readonly maxCount?: bigint
  readonly maxAgeSeconds?: bigint
  readonly truncateBefore?: bigint
}

export type StreamState = 'missing' | 'exists' | 'soft_deleted' | 'tombstoned'

/** A page of one stream. `next` is where the following page starts, undefined when there is none. */
export type StreamPage = {
  readonly state: StreamState
  readonly records: readonly StoredRecord[]
  readonly next: bigint | undefined
}

/**
 * A page of `$all`, the default exclusions already applied (`$epoch-information`, and the checkpoint and parked streams of groups
 * on `$all`). `next` is the position to go on from (inclusive forwards, exclusive backwards), undefined at the end of what is there.
 */
export type AllPage = {
  readonly records: readonly StoredRecord[]
  readonly next: bigint | undefined
}

/** What lies at a position: the beginning of a record or room between two, the inside of a record, or nothing yet. */
export type Place = 'boundary' | 'inside_record' | 'beyond_end'

/**
 * The log. Reads are synchronous and see only what is on disk. An append is answered, and its committed records are handed to the
 * listeners, only once it is on disk; listeners are called in log order, once for each record, before the append's promise resolves.
 */
export type Log = {
  append(stream: string, expected: ExpectedRevision, records: readonly ProposedRecord[]): Promise<AppendResult>
  /** Position of the last record on disk; -1n while there is none. */
  head(): bigint
  /**
   * Forwards `from` is inclusive; backwards too; 'end' backwards means the last record. Applies $maxCount, $maxAge and $tb. A page, here
   * and in readAll, may hold less than the limit: only `next` tells whether more follows.
   */
  readStream(stream: string, from: bigint | 'end', direction: 'forwards' | 'backwards', limit: number): StreamPage
  /** Forwards from the first record at or after `from`; backwards before `from`, exclusive; 'end' backwards is the head. */
  readAll(from: bigint | 'end', direction: 'forwards' | 'backwards', limit: number): AllPage
  /** Forwards like `readAll`, and what that leaves out as well. */
  readEverything(from: bigint, limit: number): AllPage
  placeOf(position: bigint): Place
  /** One record if a read of its stream would show it: undefined when it is missing, truncated, expired, or its stream is deleted. */
  readRecord(stream: string, revision: bigint): StoredRecord | undefined
  /** Revision of the stream's last record, hidden or not. */
  lastRevision(stream: string): bigint | undefined
  streamState(stream: string): StreamState
  streamMetadata(stream: string): StreamMetadata
  /** Soft delete, as Streams.Delete does it. */
  softDelete(stream: string, expected: ExpectedRevision): Promise<AppendResult>
  tombstone(stream: string, expected: ExpectedRevision): Promise<AppendResult>
  /** Records as they come on disk. The listener must return quickly and must not throw. Returns how to stop listening. */
  onCommitted(listener: (records: readonly StoredRecord[]) => void): () => void
  close(): Promise<void>
}
