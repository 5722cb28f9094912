import { z } from 'zod'
import { callersConfig } from '../http-api/callers.ts'
import { rebuildConfig } from '../infrastructure/projections/config.ts'
import { commonConfig, port } from '../infrastructure/lifecycle/config.ts'
import { servingConfig } from '../infrastructure/lifecycle/serve.ts'

const { JWT_ISSUER, JWT_AUDIENCE } = callersConfig

type Tokens = {
  readonly JWT_ISSUER?: string | undefined
  readonly JWT_AUDIENCE?: string | undefined
  readonly JWT_SECRET?: string | undefined
  readonly JWT_JWKS_URL?: string | undefined
}

/** Either this process knows nobody, and is asked for nothing but health and metrics, or it knows whose tokens to take. */
const tokensAreWhole = ({
  value,
  issues,
}: {
  readonly value: Tokens
  readonly issues: z.core.$ZodRawIssue[]
}): void => {
  const wrong = (message: string) => issues.push({ code: 'custom', message, input: '', path: [] })
  const keys = [value.JWT_SECRET, value.JWT_JWKS_URL].filter((key) => key !== undefined).length
  if (keys === 2) wrong('set JWT_SECRET or JWT_JWKS_URL, and not both')
  if (keys === 1 && (value.JWT_ISSUER === undefined || value.JWT_AUDIENCE === undefined))
    wrong('with JWT_SECRET or JWT_JWKS_URL, set JWT_ISSUER and JWT_AUDIENCE too')
}

export const projectionsConfig = z
  .object({
    ...commonConfig,
    ...servingConfig,
    ...rebuildConfig,
    ...callersConfig,
    // Without a key for tokens no tables are built anew from here but by the command line.
    JWT_ISSUER: JWT_ISSUER.optional(),
    JWT_AUDIENCE: JWT_AUDIENCE.optional(),
    EVENTSTORE_URL: z.string().min(1),
    DATABASE_URL: z.string().min(1),
    /** Rebuilds, and health and metrics, unless MANAGEMENT_PORT says where. */
    PROJECTIONS_PORT: port(3004),
  })
  .check(tokensAreWhole)
