import { open, type Database, type RootDatabase } from 'lmdb'

/** The newest format this code knows; it goes up when files of the new kind can't be read by the old code. */
export const FORMAT_VERSION = 1

export type Storage = {
  readonly root: RootDatabase<Buffer, Buffer>
  /** Position → record. */
  readonly records: Database<Buffer, Buffer>
  /** Number of the stream and revision → position. */
  readonly index: Database<Buffer, Buffer>
  /** Name of the stream → what is kept of it. */
  readonly streams: Database<Buffer, Buffer>
  /** Numbers of the log as a whole. */
  readonly counters: Database<Buffer, Buffer>
  /** How far those who derive records from others have come, by their names. */
  readonly marks: Database<Buffer, Buffer>
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
  const storage = {
    root,
    records: root.openDB<Buffer, Buffer>({ name: 'records', ...binary }),
    index: root.openDB<Buffer, Buffer>({ name: 'index', ...binary }),
    streams: root.openDB<Buffer, Buffer>({ name: 'streams', ...binary }),
    counters: root.openDB<Buffer, Buffer>({ name: 'counters', ...binary }),
    marks: root.openDB<Buffer, Buffer>({ name: 'marks', ...binary }),
  }
  const format = storage.counters.get(FORMAT_KEY)?.readUInt32BE(0)
  if (format === undefined) {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32BE(FORMAT_VERSION)
    storage.counters.putSync(FORMAT_KEY, bytes)
  } else if (format > FORMAT_VERSION) {
    void root.close()
    throw new Error(`The data in ${directory} has format ${format}; this version reads formats up to ${FORMAT_VERSION}.`)
  }
  return storage
}
