import { open, type RootDatabase } from 'lmdb'
import { openTable, type Table } from './table.ts'

/**
 * The newest format this code knows; it goes up when files of the new kind can't be read by the old code. Files stay of the format
 * that they were made in.
 * 1: no checksums.
 * 2: each value with a checksum.
 * 3: what follows from the records and the index is not written beside them: last revisions, and most of the counters.
 */
export const FORMAT_VERSION = 3
const FIRST_SEALED_FORMAT = 2
const FIRST_LEAN_FORMAT = 3

export type Storage = {
  readonly root: RootDatabase<Buffer, Buffer>
  /** Whether what follows from records and index is not to be written beside them. */
  readonly isLean: boolean
  /** Position → record. */
  readonly records: Table
  /** Number of the stream and revision → position. */
  readonly index: Table
  /** Name of the stream → its number and what its metadata says. */
  readonly streams: Table
  /** Numbers of the log as a whole, where records and index don't tell them. */
  readonly counters: Table
  /** How far those who derive records from others have come, by their names. */
  readonly marks: Table
}

const FORMAT_KEY = Buffer.from('format')

/**
 * Opens the files. `durable` false leaves the flushing to the operating system, for logs that are thrown away.
 *
 * Overlapping sync stays off, although it is lmdb's default here: with it a transaction can be read before it is on disk. Without it
 * lmdb writes and syncs the pages first and publishes the transaction after that, which is the order that EventStoreDB promises:
 * nobody sees what a power cut could still take away. A torn write leaves the previous transaction in force.
 */
export const openStorage = (directory: string, durable: boolean): Storage => {
  const binary = { keyEncoding: 'binary', encoding: 'binary' } as const
  const root: RootDatabase<Buffer, Buffer> = open({
    path: directory,
    // Otherwise a directory with a dot in its name would be taken for a file.
    noSubdir: false,
    ...binary,
    overlappingSync: false,
    noSync: !durable,
    eventTurnBatching: false,
    maxDbs: 8,
  })
  const openDatabase = (name: string) => root.openDB<Buffer, Buffer>({ name, ...binary })
  const counters = openDatabase('counters')
  const format = counters.get(FORMAT_KEY)?.readUInt32BE(0) ?? FORMAT_VERSION
  if (format < 1 || format > FORMAT_VERSION) {
    void root.close()
    throw new Error(
      `The data in ${directory} has format ${format}; this version reads formats up to ${FORMAT_VERSION}.`,
    )
  }
  if (!counters.doesExist(FORMAT_KEY)) {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32BE(FORMAT_VERSION)
    counters.putSync(FORMAT_KEY, bytes)
  }
  const isSealed = format >= FIRST_SEALED_FORMAT
  return {
    root,
    isLean: format >= FIRST_LEAN_FORMAT,
    records: openTable('records', openDatabase('records'), isSealed),
    index: openTable('index', openDatabase('index'), isSealed),
    streams: openTable('streams', openDatabase('streams'), isSealed),
    counters: openTable('counters', counters, isSealed),
    marks: openTable('marks', openDatabase('marks'), isSealed),
  }
}
