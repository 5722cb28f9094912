import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { fileVariableOf } from './secret-files.ts'

/**
 * The environment, with the stores that `npm start` runs on this machine where it names none: their addresses stand in `stores.env`
 * in its data folder.
 */
export const withLocalStores = (environment: NodeJS.ProcessEnv, root: string): NodeJS.ProcessEnv => {
  const file = join(environment['DATA_DIRECTORY'] ?? join(root, '.data'), 'stores.env')
  if (!existsSync(file)) return environment
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  )
  const local = Object.entries(parseEnv(readFileSync(file, 'utf8'))).filter(
    ([name]) => !(fileVariableOf(name) in given),
  )
  return { ...Object.fromEntries(local), ...given }
}
