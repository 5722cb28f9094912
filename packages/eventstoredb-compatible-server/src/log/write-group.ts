import { encodeRecord, endOf, RECORD_OVERHEAD } from './record-format.ts'
import { indexKey, positionKey, streamKey } from './keys.ts'
import { committed } from './committed.ts'
import type { LogState } from './log-state.ts'
import { parseMetadata } from './metadata.ts'
import type { Storage } from './storage.ts'
import { encodeEntry, type StreamEntry } from './stream-entry.ts'
import { isMetastream, streamOfMetastream } from './system-streams.ts'
import type { ProposedRecord, StoredRecord } from './types.ts'

type Pending = { readonly record: StoredRecord; readonly bytes: Buffer; readonly streamNumber: number }

/**
 * The appends that go to disk in one transaction. They see each other in the order they came in; the storage sees nothing of them
 * before `write`.
 */
export class WriteGroup {
  readonly #storage: Storage
  readonly #state: LogState
  readonly #entries = new Map<string, StreamEntry>()
  /** Streams of which more has changed than the last revision. */
  readonly #changed = new Set<string>()
  readonly #records: Pending[] = []
  readonly #byRevision = new Map<string, StoredRecord>()
  readonly #marks = new Map<string, Buffer>()
  readonly #began: bigint
  #derivedFrom = 0
  #nextPosition: bigint
  #nextStreamNumber: number
  /** Whether the records and the index alone would not tell where to go on. */
  #countersTell: boolean

  constructor(storage: Storage, state: LogState) {
    this.#storage = storage
    this.#state = state
    this.#began = state.nextPosition
    this.#nextPosition = this.#began
    this.#nextStreamNumber = state.nextStreamNumber
    this.#countersTell = !storage.isLean
  }

  entry(stream: string): StreamEntry | undefined {
    return this.#entries.get(stream) ?? this.#state.entry(stream)
  }

  /** The record at a revision, whatever the stream's metadata says. */
  record(stream: string, revision: bigint): StoredRecord | undefined {
    const entry = this.entry(stream)
    if (entry === undefined) return undefined
    return this.#byRevision.get(`${entry.number}/${revision}`) ?? this.#state.recordAt(entry.number, revision)
  }

  /** Revision under which this stream got the event with this id, as far as remembered. */
  writtenAs(stream: string, id: string): bigint | undefined {
    const known = this.#state.recentIds.get(id) ?? this.#recent.get(id)
    return known?.stream === stream ? known.revision : undefined
  }
  readonly #recent = new Map<string, { stream: string; revision: bigint }>()

  /** Adds one record to the end of the stream, or at the revision given. Returns it as it will be stored. */
  add(stream: string, proposed: ProposedRecord, created: bigint, at?: bigint): StoredRecord {
    const entry = this.entry(stream) ?? this.#newEntry(stream)
    const revision = at ?? entry.lastRevision + 1n
    const record: StoredRecord = { ...proposed, position: this.#nextPosition, stream, revision, created }
    const bytes = encodeRecord(record)
    this.#records.push({ record, bytes, streamNumber: entry.number })
    this.#byRevision.set(`${entry.number}/${revision}`, record)
    if (!this.#recent.has(record.id)) this.#recent.set(record.id, { stream, revision })
    this.#entries.set(stream, { ...entry, lastRevision: revision })
    this.#nextPosition = endOf(record.position, bytes)
    if (isMetastream(stream)) this.#applyMetadata(streamOfMetastream(stream), record)
    return record
  }

  /** Takes a position without storing anything there, as an append of no events does. */
  skipPosition(): bigint {
    const position = this.#nextPosition
    this.#nextPosition += RECORD_OVERHEAD
    this.#countersTell = true
    return position
  }

  get isEmpty(): boolean {
    return this.#nextPosition === this.#began && this.#marks.size === 0
  }

  /** By how many bytes the log grows. */
  get size(): number {
    return Number(this.#nextPosition - this.#began)
  }

  /** Where the next record will be. */
  get nextPosition(): bigint {
    return this.#nextPosition
  }

  /** What somebody noted under this name, in this group or before. */
  mark(name: string): Buffer | undefined {
    return this.#marks.get(name) ?? this.#state.mark(name)
  }

  setMark(name: string, value: Buffer): void {
    this.#marks.set(name, value)
  }

  /** The records that nobody has derived anything from yet, those included that are added meanwhile. */
  *underived(): Generator<StoredRecord> {
    for (let next = this.#records[this.#derivedFrom]; next !== undefined; next = this.#records[this.#derivedFrom]) {
      this.#derivedFrom += 1
      yield next.record
    }
  }

  get records(): readonly StoredRecord[] {
    return this.#records.map(({ record }) => record)
  }

  /** Everything in one transaction. When the promise resolves it is on disk and can be read; when it rejects nothing was written. */
  async write(): Promise<void> {
    const { root, isLean, records, index, streams, marks } = this.#storage
    const commit = root.batch(() => {
      for (const { record, bytes, streamNumber } of this.#records) {
        const position = positionKey(record.position)
        records.put(position, bytes)
        index.put(indexKey(streamNumber, record.revision), position)
      }
      for (const [stream, entry] of this.#entries) {
        if (!isLean || this.#changed.has(stream)) streams.put(streamKey(stream), encodeEntry(entry))
      }
      for (const [name, mark] of this.#marks) marks.put(Buffer.from(name), mark)
      if (this.#countersTell) this.#state.putCounters(this.#nextPosition, this.#nextStreamNumber)
    })
    await committed(commit)
    this.#state.committed(this.#entries, this.records, this.#nextPosition, this.#nextStreamNumber, this.#marks)
  }

  #newEntry(stream: string): StreamEntry {
    const number = this.#nextStreamNumber
    this.#nextStreamNumber += 1
    this.#changed.add(stream)
    return { number, lastRevision: -1n, metadata: {} }
  }

  /** The last event of a metastream is the metadata in force, whatever it holds. */
  #applyMetadata(stream: string, record: StoredRecord): void {
    // A metastream keeps its one last event, whatever anybody says of it.
    if (isMetastream(stream)) return
    const known = this.entry(stream)
    // A stream with metadata alone has a number that stands nowhere in the index.
    if (known === undefined) this.#countersTell = true
    const entry = known ?? this.#newEntry(stream)
    this.#changed.add(stream)
    this.#entries.set(stream, { ...entry, metadata: parseMetadata(record.data, record.isJson) })
  }
}
