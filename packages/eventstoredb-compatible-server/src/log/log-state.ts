import { indexKey, positionOfKey, streamNumberOfIndexKey } from './keys.ts'
import { Recent } from './recent.ts'
import { decodeRecord, endOf } from './record-format.ts'
import type { Storage } from './storage.ts'
import { readEntry, type StreamEntry } from './stream-entry.ts'
import type { StoredRecord } from './types.ts'
import { RecentIds, REMEMBERED_IDS } from './weak-idempotency.ts'

const COUNTERS_KEY = Buffer.from('next')
const CACHED_STREAMS = 5_000
/** That a stream is not there is worth remembering: an append looks for the metadata of its stream too, and most have none. */
const NONE = 'none'

/**
 * Where the first record is. Not at 0: a log of EventStoreDB begins with records of its own, so that to read after a position of 0/0
 * is to read from the start.
 */
const FIRST_POSITION = 128n

/** What the writer knows of the log as it lies on disk. Nobody else writes, so what is kept in memory stays true. */
export class LogState {
  readonly recentIds = new RecentIds()
  readonly #storage: Storage
  readonly #entries = new Recent<StreamEntry | typeof NONE>(CACHED_STREAMS)
  readonly #marks = new Map<string, Buffer | undefined>()
  #nextPosition = FIRST_POSITION
  #nextStreamNumber = 1
  #head = -1n

  /** `rememberIds` false forgets the ids of events that were written before, as EventStoreDB does. */
  constructor(storage: Storage, rememberIds = true) {
    this.#storage = storage
    const counters = storage.counters.get(COUNTERS_KEY)
    if (counters !== undefined) {
      this.#nextPosition = counters.readBigUInt64BE(0)
      this.#nextStreamNumber = counters.readUIntBE(8, 6)
    }
    for (const { key, value } of storage.records.getRange({ reverse: true, limit: 1 })) {
      this.#head = positionOfKey(key)
      this.#nextPosition = larger(this.#nextPosition, endOf(this.#head, value))
    }
    for (const key of storage.index.getKeys({ reverse: true, limit: 1 })) {
      this.#nextStreamNumber = Math.max(this.#nextStreamNumber, streamNumberOfIndexKey(key) + 1)
    }
    if (rememberIds) this.#rememberTail()
  }

  get nextPosition(): bigint {
    return this.#nextPosition
  }

  get nextStreamNumber(): number {
    return this.#nextStreamNumber
  }

  get head(): bigint {
    return this.#head
  }

  entry(stream: string): StreamEntry | undefined {
    const cached = this.#entries.get(stream)
    if (cached !== undefined) return cached === NONE ? undefined : cached
    const entry = readEntry(this.#storage, stream)
    this.#entries.set(stream, entry ?? NONE)
    return entry
  }

  recordAt(streamNumber: number, revision: bigint): StoredRecord | undefined {
    const key = this.#storage.index.get(indexKey(streamNumber, revision))
    const bytes = key && this.#storage.records.get(key)
    return key && bytes && decodeRecord(positionOfKey(key), bytes)
  }

  mark(name: string): Buffer | undefined {
    if (!this.#marks.has(name)) this.#marks.set(name, this.#storage.marks.get(Buffer.from(name)))
    return this.#marks.get(name)
  }

  /** To be called within the transaction that writes the records. */
  putCounters(nextPosition: bigint, nextStreamNumber: number): void {
    const bytes = Buffer.allocUnsafe(14)
    bytes.writeBigUInt64BE(nextPosition)
    bytes.writeUIntBE(nextStreamNumber, 8, 6)
    this.#storage.counters.put(COUNTERS_KEY, bytes)
  }

  /** To be called when that transaction is on disk. */
  committed(
    entries: ReadonlyMap<string, StreamEntry>,
    records: readonly StoredRecord[],
    nextPosition: bigint,
    nextStreamNumber: number,
    marks: ReadonlyMap<string, Buffer>,
  ): void {
    for (const [stream, entry] of entries) this.#entries.set(stream, entry)
    for (const [name, mark] of marks) this.#marks.set(name, mark)
    for (const { id, stream, revision, position } of records) {
      this.recentIds.remember(id, stream, revision)
      this.#head = position
    }
    this.#nextPosition = nextPosition
    this.#nextStreamNumber = nextStreamNumber
  }

  /** Ids written before the last stop are recognised too; EventStoreDB itself forgets them. */
  #rememberTail(): void {
    const tail: Pick<StoredRecord, 'id' | 'stream' | 'revision'>[] = []
    for (const { key, value } of this.#storage.records.getRange({ reverse: true, limit: REMEMBERED_IDS })) {
      const { id, stream, revision } = decodeRecord(positionOfKey(key), value)
      tail.push({ id, stream, revision })
    }
    for (const { id, stream, revision } of tail.reverse()) this.recentIds.remember(id, stream, revision)
  }
}

const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b)
