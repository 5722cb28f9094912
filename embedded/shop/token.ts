import type { Role } from '../../http-api/roles.ts'
import { issueToken } from '../../infrastructure/http/token.ts'
import type { Secrets } from './secrets.ts'

const halfADay = 12 * 60 * 60

/** A token for this machine's shop. An admin may do what an operator may. */
export const developmentToken = (
  { jwtSecret: secret, issuer, audience, rolesClaim }: Secrets,
  who: { sub: string; role: Role; ttlSeconds?: number },
): string =>
  issueToken({
    secret,
    issuer,
    audience,
    sub: who.sub,
    roles: [who.role],
    rolesClaim,
    ttlSeconds: who.ttlSeconds ?? halfADay,
  })
