import { z } from 'zod'
import { fileVariableOf, valuesFromFiles } from './secret-files.ts'

/** Everything that is wrong with the environment, each variable by its name, in one line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/**
 * The configuration as an app's schema describes it; its keys are the names of the variables. An empty variable counts as not set. Each can
 * be given as a file instead, by its name with `_FILE` behind. Values are never repeated in the message: one of them may be a secret.
 * @throws ConfigError naming every variable that is missing or wrong
 */
export const readConfig = <Schema extends z.ZodObject>(schema: Schema, env: NodeJS.ProcessEnv): z.infer<Schema> => {
  const variables = Object.keys(schema.shape)
  const files = valuesFromFiles(variables, env)
  const set = Object.entries(env).filter(([name, value]) => name in schema.shape && value !== '')
  const given: NodeJS.ProcessEnv = { ...Object.fromEntries(set), ...files.values }
  const parsed = schema.safeParse(given)
  if (parsed.success && files.faults.length === 0) return parsed.data
  const wrong = (parsed.error?.issues ?? []).flatMap(({ path, message }) => {
    const name = path.map(String).join('.')
    if (name === '') return [message]
    if (given[name] !== undefined) return [`${name}: ${message}`]
    // Said by the fault of its file.
    return env[fileVariableOf(name)] ? [] : [`${name} is not set`]
  })
  throw new ConfigError(`the configuration is wrong: ${[...files.faults, ...wrong].join('; ')}`)
}

/** A TCP port; 0 lets the system choose. */
export const port = (otherwise: number) => z.coerce.number<string>().int().min(0).max(65535).default(otherwise)

/** The variables that every process knows. */
export const commonConfig = {
  /** Everything listens on this machine alone unless it is told otherwise. */
  HOST: z.string().default('127.0.0.1'),
  LOG_LEVEL: z.enum(['error', 'warn', 'info', 'debug']).default('info'),
  LOG_FORMAT: z.enum(['json', 'pretty']).optional(),
  EXIT_WITH_PARENT: z.enum(['0', '1']).default('0'),
} as const
