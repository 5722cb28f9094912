import { closeSync, fsyncSync, mkdirSync, openSync, realpathSync } from 'node:fs'
import { dirname } from 'node:path'

/** Makes the directory and those above it where they are missing, so that a power cut does not take them away again. */
export const makeDirectory = (directory: string): void => {
  const first = mkdirSync(directory, { recursive: true })
  if (first === undefined) return
  const top = realpathSync(dirname(first))
  let made = realpathSync(directory)
  while (made !== top && made !== dirname(made)) {
    made = dirname(made)
    syncDirectory(made)
  }
}

/** Syncing a file does not promise that its name is kept; syncing its directory does. Windows has no such thing. */
export const syncDirectory = (directory: string): void => {
  if (process.platform === 'win32') return
  const descriptor = openSync(directory, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
