import { open, readFile, rename } from 'node:fs/promises'
import { recordSchema } from './records.ts'
import type { LedgerRecord } from './records.ts'

export type Journal = {
  /** Resolves when the record is in the file (it survives this process; not forced to disk). */
  append(record: LedgerRecord): Promise<void>
  close(): Promise<void>
}

/** For a provider that forgets. */
export const noJournal: Journal = { append: async () => undefined, close: async () => undefined }

/** Reads what an earlier run wrote. The last line may be half a record, where a process was killed: it had not been answered to anyone. */
export const readJournal = async (file: string): Promise<LedgerRecord[]> => {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  return text.slice(0, text.lastIndexOf('\n') + 1).split('\n').filter((line) => line !== '').map((line) => recordSchema.parse(JSON.parse(line)))
}

/** Begins a new journal with `records`, in the place of the old one at once or not at all, and goes on in it. */
export const openJournal = async (file: string, records: readonly LedgerRecord[]): Promise<Journal> => {
  const handle = await open(`${file}.new`, 'w', 0o600)
  const line = (record: LedgerRecord) => `${JSON.stringify(record)}\n`
  await handle.writeFile(records.map(line).join(''))
  await handle.sync()
  await rename(`${file}.new`, file)
  let last: Promise<unknown> = Promise.resolve()
  return {
    append: async (record) => {
      // One after another, or two long lines could mix.
      const written = last.then(() => handle.write(line(record)))
      last = written.catch(() => undefined) // its own caller hears of it; the next record is tried all the same
      await written
    },
    close: async () => {
      await last
      await handle.close()
    },
  }
}
