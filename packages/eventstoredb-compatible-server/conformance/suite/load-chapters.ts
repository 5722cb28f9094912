import { readdirSync } from 'node:fs'
import { join } from 'node:path'

const FOLDER = join(import.meta.dirname, '..')

/** Imports every chapter, which declares its rules. */
export const loadChapters = async (): Promise<void> => {
  const files = readdirSync(FOLDER)
    .filter((file) => file.endsWith('.conformance.ts'))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
  for (const file of files) await import(join(FOLDER, file))
}
