import { rmSync } from 'node:fs'
import { append } from './appends.ts'
import { softDelete, tombstone } from './deletes.ts'
import { checkDataFile, markAsKnown } from './data-file/check-data-file.ts'
import { lockDirectory } from './directory-lock.ts'
import { LogState } from './log-state.ts'
import { Reader } from './reader.ts'
import { openStorage, type Storage } from './storage.ts'
import { temporaryDirectory } from './temporary-directory.ts'
import type { Log, StoredRecord } from './types.ts'
import type { WriterFigures } from './writer-statistics.ts'
import { Writer, type Derive, type Write } from './writer.ts'

export type LogOptions = {
  /** Where the data lies; 'memory' for a log that is gone when it is closed. */
  readonly directory: string
  /** Milliseconds since 1970. */
  readonly now?: () => number
  /** Adds to every transaction what follows from the records in it. */
  readonly derive?: Derive
  /** False: events that were written before this start are not recognised when they are appended again to any revision. */
  readonly rememberIds?: boolean
}

/** The log as its owner has it. */
export type OwnedLog = Log & {
  /** Puts any write into the queue of appends; resolves with its result when that is on disk. */
  write<Result>(write: Write<Result>): Promise<Result>
  /** What was noted under a name together with the records, as it is on disk. */
  mark(name: string): Buffer | undefined
  /** How many listen for what is committed. */
  listenerCount(): number
  /** What the writer had to do; whoever asks begins the next interval. */
  writerFigures(): WriterFigures
}

/** Opens the log, creating it where there is none. Throws when another process has it, when its format is too new, or its data damaged. */
export const openLog = ({ directory, now = Date.now, derive, rememberIds = true }: LogOptions): OwnedLog => {
  const temporary = directory === 'memory' ? temporaryDirectory() : undefined
  const path = temporary ?? directory
  const unlock = lockDirectory(path)
  const { storage, state } = (() => {
    try {
      return temporary === undefined
        ? openKept(path, rememberIds)
        : withState(openStorage(temporary, false), rememberIds)
    } catch (error) {
      unlock()
      if (temporary !== undefined) rmSync(temporary, { recursive: true, force: true })
      throw error
    }
  })()

  const listeners = new Set<(records: readonly StoredRecord[]) => void>()
  const reader = new Reader(storage, now)
  const writer = new Writer(
    storage,
    state,
    (records) => {
      for (const listener of [...listeners]) {
        try {
          listener(records)
        } catch (error) {
          // The records are on disk whatever a listener makes of them; the append must be answered all the same.
          process.emitWarning(error instanceof Error ? error : String(error))
        }
      }
    },
    derive,
  )

  return {
    append: (stream, expected, records) => writer.submit((group) => append(group, stream, expected, records, now())),
    softDelete: (stream, expected) => writer.submit((group) => softDelete(group, stream, expected, now())),
    tombstone: (stream, expected) => writer.submit((group) => tombstone(group, stream, expected, now())),
    write: (write) => writer.submit(write),
    mark: (name) => state.mark(name),
    listenerCount: () => listeners.size,
    writerFigures: () => writer.statistics.figures(),
    head: () => state.head,
    readStream: (stream, from, direction, limit) => reader.stream(stream, from, direction, limit),
    readAll: (from, direction, limit) => reader.all(from, direction, limit),
    readEverything: (from, limit) => reader.all(from, 'forwards', limit, () => false),
    placeOf: (position) =>
      position > state.nextPosition ? 'beyond_end' : reader.isInsideRecord(position) ? 'inside_record' : 'boundary',
    readRecord: (stream, revision) => reader.record(stream, revision),
    lastRevision: (stream) => {
      const last = reader.entry(stream)?.lastRevision
      return last === undefined || last < 0n ? undefined : last
    },
    streamState: (stream) => reader.state(stream),
    streamMetadata: (stream) => reader.entry(stream)?.metadata ?? {},
    onCommitted: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: async () => {
      await writer.close()
      await storage.root.close()
      unlock()
      if (temporary !== undefined) rmSync(temporary, { recursive: true, force: true })
    },
  }
}

type Opened = { readonly storage: Storage; readonly state: LogState }

const openKept = (path: string, rememberIds: boolean): Opened => {
  checkDataFile(path)
  const opened = withState(openStorage(path, true), rememberIds)
  markAsKnown(path)
  return opened
}

/** Storage whose end can't be read is closed again. */
const withState = (storage: Storage, rememberIds: boolean): Opened => {
  try {
    return { storage, state: new LogState(storage, rememberIds) }
  } catch (error) {
    void storage.root.close()
    throw error
  }
}
