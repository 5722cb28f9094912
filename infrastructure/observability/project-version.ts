import { readFileSync } from 'node:fs'
import { z } from 'zod'

/** As package.json has it: what runs here, for those who look from outside. */
export const projectVersion: string = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))).version
