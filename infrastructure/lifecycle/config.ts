import { z } from 'zod'

/** Everything that is wrong with the environment, each variable by its name, in one line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/**
 * The configuration as an app's schema describes it; its keys are the names of the variables. An empty variable counts as not set.
 * Values are never repeated in the message: one of them may be a secret.
 * @throws ConfigError naming every variable that is missing or wrong
 */
export const readConfig = <Schema extends z.ZodObject>(schema: Schema, env: NodeJS.ProcessEnv): z.infer<Schema> => {
  const given = Object.fromEntries(Object.entries(env).filter(([name, value]) => name in schema.shape && value !== ''))
  const parsed = schema.safeParse(given)
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.map(({ path, message }) => {
    const name = path.map(String).join('.')
    if (name === '') return message
    return given[name] === undefined ? `${name} is not set` : `${name}: ${message}`
  })
  throw new ConfigError(`the configuration is wrong: ${faults.join('; ')}`)
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
