import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isAbandoned } from './directory-lock.ts'

const PREFIX = 'event-store-memory-'

/** A new directory, in memory where the system has such a place. Clears away what killed processes left there. */
export const temporaryDirectory = (): string => {
  const parent = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
  for (const name of readdirSync(parent)) {
    const directory = join(parent, name)
    if (name.startsWith(PREFIX) && isAbandoned(directory)) rmSync(directory, { recursive: true, force: true })
  }
  return mkdtempSync(join(parent, PREFIX))
}
