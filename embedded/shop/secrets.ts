import { randomBytes } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { withValuesOfFiles } from '../../infrastructure/lifecycle/secret-files.ts'

const keptSchema = z.object({ jwtSecret: z.string().min(32), webhookSecret: z.string().min(32) })

/** What tokens and webhooks of this machine's shop are signed with, and what the tokens say of themselves. */
export type Secrets = z.infer<typeof keptSchema> & {
  readonly issuer: string
  readonly audience: string
  readonly rolesClaim: string
}

/** Written whole beside its place and put there in one step: two programs that start at once keep the same, whoever was first. */
const keep = (file: string, text: string): void => {
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  writeFileSync(draft, text, { mode: 0o600 })
  try {
    linkSync(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(draft)
  }
}

/** Made once, kept with the shop's data, readable by its owner alone. */
const keptIn = (data: string): z.infer<typeof keptSchema> => {
  const file = join(data, 'secrets.json')
  if (!existsSync(file)) {
    mkdirSync(data, { recursive: true })
    const made = { jwtSecret: randomBytes(32).toString('hex'), webhookSecret: randomBytes(32).toString('hex') }
    keep(file, JSON.stringify(made, null, 2))
  }
  return keptSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
}

/** What the environment names counts, for the processes and for the tokens that tools make alike; the rest is this machine's own. */
export const secretsOf = (data: string, environment: NodeJS.ProcessEnv = {}): Secrets => {
  const named = withValuesOfFiles(['JWT_SECRET', 'PAYMENT_WEBHOOK_SECRET'], environment)
  const given = (variable: string): string | undefined => named[variable] || undefined
  const kept = keptIn(data)
  return {
    jwtSecret: given('JWT_SECRET') ?? kept.jwtSecret,
    webhookSecret: given('PAYMENT_WEBHOOK_SECRET') ?? kept.webhookSecret,
    issuer: given('JWT_ISSUER') ?? 'order-processing-development',
    audience: given('JWT_AUDIENCE') ?? 'order-processing',
    rolesClaim: given('JWT_ROLES_CLAIM') ?? 'roles',
  }
}
