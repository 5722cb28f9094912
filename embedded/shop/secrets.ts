import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const secretsSchema = z.object({ jwtSecret: z.string().min(32), webhookSecret: z.string().min(32) })

/** The secrets of this machine's shop: made once, kept with its data, readable by its owner alone. */
export type Secrets = z.infer<typeof secretsSchema>

export const secretsOf = (data: string): Secrets => {
  const file = join(data, 'secrets.json')
  if (existsSync(file)) return secretsSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  mkdirSync(data, { recursive: true })
  const secrets: Secrets = { jwtSecret: randomBytes(32).toString('hex'), webhookSecret: randomBytes(32).toString('hex') }
  writeFileSync(file, JSON.stringify(secrets, null, 2), { mode: 0o600 })
  return secrets
}

export const developmentIssuer = { issuer: 'order-processing-development', audience: 'order-processing' } as const
