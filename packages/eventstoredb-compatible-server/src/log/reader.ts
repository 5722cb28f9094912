import { indexKey, positionKey, positionOfKey, revisionOfIndexKey } from './keys.ts'
import { decodeRecord, endOf } from './record-format.ts'
import type { Storage } from './storage.ts'
import { isTombstoned, readEntry, type StreamEntry } from './stream-entry.ts'
import { isLeftOutOfAll, isMetastream, streamOfMetastream } from './system-streams.ts'
import type { AllPage, StoredRecord, StreamPage, StreamState } from './types.ts'
import { firstVisible, isReadable, oldestVisible, stateOf } from './visibility.ts'

export type Direction = 'forwards' | 'backwards'

/** How many records a page of `$all` may pass over without showing them, before it ends early. */
const MOST_LEFT_OUT = 1_000

/** A page ends early when it has come to hold so much: otherwise few slow readers of large events would fill the memory. */
const LARGEST_PAGE_BYTES = 1_048_576

const LARGEST_POSITION = 18_446_744_073_709_551_615n

/** Reads what is on disk, always in one snapshot a call. */
export class Reader {
  readonly #storage: Storage
  readonly #now: () => number

  constructor(storage: Storage, now: () => number) {
    this.#storage = storage
    this.#now = now
  }

  entry(stream: string): StreamEntry | undefined {
    // A link or `$$` may name it, but there is no stream without a name, and no key.
    if (stream === '') return undefined
    return readEntry(this.#storage, stream)
  }

  state(stream: string, entry = this.entry(stream)): StreamState {
    // With a stream its metadata is gone for ever too.
    if (isMetastream(stream) && isTombstoned(this.entry(streamOfMetastream(stream)))) return 'tombstoned'
    return stateOf(entry)
  }

  record(stream: string, revision: bigint): StoredRecord | undefined {
    const entry = this.entry(stream)
    if (entry === undefined || this.state(stream, entry) !== 'exists' || revision > entry.lastRevision) return undefined
    const key = this.#storage.index.get(indexKey(entry.number, revision))
    const record = key && this.#recordAt(key)
    return record !== undefined && isReadable(entry, record, isMetastream(stream), this.#now()) ? record : undefined
  }

  stream(stream: string, from: bigint | 'end', direction: Direction, limit: number): StreamPage {
    const entry = this.entry(stream)
    const state = this.state(stream, entry)
    const nothing: StreamPage = { state, records: [], next: undefined }
    if (entry === undefined || state !== 'exists' || limit <= 0) return nothing
    const lowest = firstVisible(entry, isMetastream(stream))
    const last = entry.lastRevision
    const start =
      direction === 'forwards'
        ? max(from === 'end' ? last + 1n : from, lowest)
        : from === 'end'
          ? last
          : min(from, last)
    if (start > last || start < lowest) return nothing
    const oldest = oldestVisible(entry, isMetastream(stream), this.#now())
    const range =
      direction === 'forwards'
        ? { start: indexKey(entry.number, start), end: indexKey(entry.number, last + 1n), limit }
        : {
            start: indexKey(entry.number, start),
            end: indexKey(entry.number, lowest),
            inclusiveEnd: true,
            reverse: true,
            limit,
          }
    const records: StoredRecord[] = []
    let reached = start
    let bytes = 0
    for (const { key, value } of this.#storage.index.getRange(range)) {
      if (bytes >= LARGEST_PAGE_BYTES) break
      reached = revisionOfIndexKey(key)
      const record = this.#recordAt(value)
      bytes += record === undefined ? 0 : sizeOf(record)
      if (record !== undefined && (oldest === undefined || record.created >= oldest)) records.push(record)
    }
    const next = direction === 'forwards' ? reached + 1n : reached - 1n
    return { state, records, next: next > last || next < lowest ? undefined : next }
  }

  all(from: bigint | 'end', direction: Direction, limit: number, isLeftOut = isLeftOutOfAll): AllPage {
    if (limit <= 0 || isBeyond(from, direction)) return { records: [], next: undefined }
    const range =
      direction === 'forwards'
        ? { start: positionKey(from === 'end' ? LARGEST_POSITION : max(from, 0n)) }
        : { start: positionKey(from === 'end' ? LARGEST_POSITION : min(from - 1n, LARGEST_POSITION)), reverse: true }
    const records: StoredRecord[] = []
    let leftOut = 0
    let bytes = 0
    let reached: bigint | undefined
    for (const { key, value } of this.#storage.records.getRange(range)) {
      const position = positionOfKey(key)
      // One more than the page holds tells that there is a next one.
      if (records.length === limit || leftOut === MOST_LEFT_OUT || bytes >= LARGEST_PAGE_BYTES) {
        return { records, next: direction === 'forwards' ? position : reached }
      }
      const record = decodeRecord(position, value)
      reached = position
      bytes += sizeOf(record)
      if (isLeftOut(record.stream)) leftOut += 1
      else records.push(record)
    }
    return { records, next: undefined }
  }

  /**
   * Whether a position lies inside of a record, where nothing can begin. Between records there may be room, left by appends of no
   * events; that is as good a place as a record's beginning.
   */
  isInsideRecord(position: bigint): boolean {
    if (position <= 0n || position > LARGEST_POSITION) return false
    for (const { key, value } of this.#storage.records.getRange({
      start: positionKey(position),
      reverse: true,
      limit: 1,
    })) {
      const start = positionOfKey(key)
      return position > start && position < endOf(start, value)
    }
    return false
  }

  #recordAt(positionBytes: Buffer): StoredRecord | undefined {
    const bytes = this.#storage.records.get(positionBytes)
    return bytes && decodeRecord(positionOfKey(positionBytes), bytes)
  }
}

const sizeOf = ({ data, metadata }: StoredRecord): number => data.length + metadata.length

/** Whether nothing can lie that way. */
const isBeyond = (from: bigint | 'end', direction: Direction): boolean =>
  direction === 'forwards' ? from === 'end' || from > LARGEST_POSITION : from !== 'end' && from <= 0n

const max = (a: bigint, b: bigint): bigint => (a > b ? a : b)
const min = (a: bigint, b: bigint): bigint => (a < b ? a : b)
