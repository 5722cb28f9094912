import { existsSync, mkdtempSync, readdirSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isAbandoned } from './directory-lock.ts'

const PREFIX = 'event-store-memory-'

const MEMORY = '/dev/shm'

/** Containers are given 64 MB there unless somebody asks for more; then the disk is the better place. */
const ROOM = 1024 ** 3

/** A new directory, in memory where the system has such a place. Clears away what killed processes left there. */
export const temporaryDirectory = (): string => {
  const parent = hasRoomInMemory() ? MEMORY : tmpdir()
  for (const name of readdirSync(parent)) if (name.startsWith(PREFIX)) clearAway(join(parent, name))
  return mkdtempSync(join(parent, PREFIX))
}

const hasRoomInMemory = (): boolean => {
  if (!existsSync(MEMORY)) return false
  const { bavail, bsize } = statfsSync(MEMORY)
  return bavail * bsize >= ROOM
}

const clearAway = (directory: string): void => {
  try {
    if (isAbandoned(directory)) rmSync(directory, { recursive: true, force: true })
  } catch (error) {
    // It is another user's, or somebody else is clearing it away just now. None of that concerns the new one.
    if (!(error instanceof Error && 'code' in error)) throw error
  }
}
