import jwt from 'jsonwebtoken'

export type TokenOptions = {
  readonly secret: string
  readonly issuer: string
  readonly audience: string
  readonly sub: string
  readonly roles: readonly string[]
  /** Where the roles stand; also a path is taken as it is, for whoever reads them looks for that name first. */
  readonly rolesClaim?: string
  readonly ttlSeconds: number
}

/** A token as the processes accept it where they share a secret: HS256. For development, tests and tools; elsewhere an identity provider issues them. */
export const issueToken = ({
  secret,
  issuer,
  audience,
  sub,
  roles,
  rolesClaim = 'roles',
  ttlSeconds,
}: TokenOptions): string =>
  jwt.sign({ [rolesClaim]: roles }, secret, {
    algorithm: 'HS256',
    issuer,
    audience,
    subject: sub,
    expiresIn: ttlSeconds,
  })
