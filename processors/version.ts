import { readFile } from 'node:fs/promises'
import { z } from 'zod'

/** Of the project: letters are marked with it, so that one sees which release could not handle an event. */
export const readVersion = async (): Promise<string> => {
  const text = await readFile(new URL('../package.json', import.meta.url), 'utf8')
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version
}
