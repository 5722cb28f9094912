import { writeFileSync } from 'node:fs'
import { open, readFile, rename } from 'node:fs/promises'
import { recordSchema } from './records.ts'
import type { LedgerRecord } from './records.ts'

export type Journal = {
  /** Puts the record into the file: it survives this process. It is not forced to disk. */
  append(record: LedgerRecord): void
  close(): Promise<void>
}

/** For a provider that forgets. */
export const noJournal: Journal = { append: () => undefined, close: async () => undefined }

/** Reads what an earlier run wrote. The last line may be half a record, where a process was killed: it had not been answered to anyone. */
export const readJournal = async (file: string): Promise<LedgerRecord[]> => {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => recordSchema.parse(JSON.parse(line)))
}

/** Begins a new journal with `records`, in the place of the old one at once or not at all, and goes on in it. */
export const openJournal = async (file: string, records: readonly LedgerRecord[]): Promise<Journal> => {
  const handle = await open(`${file}.new`, 'w', 0o600)
  const line = (record: LedgerRecord) => `${JSON.stringify(record)}\n`
  await handle.writeFile(records.map(line).join(''))
  await handle.sync()
  await rename(`${file}.new`, file)
  return {
    // At once: a line in the system's cache costs a fraction of the way through another thread, and no two lines can mix.
    append: (record) => {
      writeFileSync(handle.fd, line(record))
    },
    close: () => handle.close(),
  }
}
