import { issueToken } from '../../infrastructure/http/token.ts'
import { developmentIssuer, type Secrets } from './secrets.ts'

export const roles = ['customer', 'operator', 'admin'] as const
export type Role = (typeof roles)[number]

const halfADay = 12 * 60 * 60

/** A token for this machine's shop. An admin may do what an operator may. */
export const developmentToken = (secrets: Pick<Secrets, 'jwtSecret'>, who: { sub: string; role: Role; ttlSeconds?: number }): string =>
  issueToken({
    secret: secrets.jwtSecret,
    ...developmentIssuer,
    sub: who.sub,
    roles: [who.role],
    ttlSeconds: who.ttlSeconds ?? halfADay,
  })
