import { createSecretKey } from 'node:crypto'
import type { Request, Response } from 'express'
import { passportJwtSecret } from 'jwks-rsa'
import passport from 'passport'
import { ExtractJwt, Strategy, type SecretOrKeyProvider, type StrategyOptionsWithoutRequest } from 'passport-jwt'
import { z } from 'zod'
import { HttpFault, unavailable } from './problem.ts'
import { subject, type Principal } from './principal.ts'

/** The variables of every process that answers people. Exactly one of the last two: see `oneTokenKey`. */
export const authenticationConfig = {
  JWT_ISSUER: z.string().min(1),
  JWT_AUDIENCE: z.string().min(1),
  JWT_SECRET: z.string().min(32).optional(),
  JWT_JWKS_URL: z.url({ protocol: /^https?$/ }).optional(),
} as const

type TokenKeys = { readonly JWT_SECRET?: string | undefined; readonly JWT_JWKS_URL?: string | undefined }

/** For `.check` on a schema with these variables. With both set, a secret that leaked in development would open production. */
export const oneTokenKey = ({
  value,
  issues,
}: {
  readonly value: TokenKeys
  readonly issues: z.core.$ZodRawIssue[]
}): void => {
  if ((value.JWT_SECRET === undefined) === (value.JWT_JWKS_URL === undefined)) {
    issues.push({ code: 'custom', message: 'set JWT_SECRET or JWT_JWKS_URL, and not both', input: '', path: [] })
  }
}

export type AuthenticationOptions = TokenKeys & { readonly JWT_ISSUER: string; readonly JWT_AUDIENCE: string }

export type RealmOptions<Role extends string> = {
  /** All roles that there are. */
  readonly roles: readonly Role[]
  /** What one is asked to authenticate for, as the answer 401 names it. */
  readonly realm: string
}

/** Who sent this request. @throws HttpFault 401 with WWW-Authenticate; 503 when the issuer's keys cannot be fetched */
export type Authenticate<Role extends string = string> = (
  request: Request,
  response: Response,
) => Promise<Principal<Role>>

const payloadSchema = z.object({
  sub: subject,
  // passport-jwt holds the expiry of a token that has one; one without would be good for ever.
  exp: z.number(),
  roles: z.array(z.string()),
})

class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable'
}

const issuersKeys = (jwksUri: string): SecretOrKeyProvider<Request> => {
  const provide = passportJwtSecret({
    jwksUri,
    cache: true,
    cacheMaxAge: 10 * 60_000,
    rateLimit: true,
    jwksRequestsPerMinute: 10,
    timeout: 1_500,
  })
  return (request, token, done) => {
    provide(request, token, (error, key) => {
      if (error) done(new KeysUnavailable('the keys of the issuer cannot be fetched', { cause: error }))
      else done(null, key)
    })
  }
}

const keyOptions = ({ JWT_SECRET, JWT_JWKS_URL }: TokenKeys): Partial<StrategyOptionsWithoutRequest> => {
  // The algorithms are pinned to the kind of key: a public key must never be taken for a shared secret.
  if (JWT_JWKS_URL !== undefined)
    return { secretOrKeyProvider: issuersKeys(JWT_JWKS_URL), algorithms: ['RS256', 'ES256'] }
  if (JWT_SECRET !== undefined) {
    // As a key: of a text, jsonwebtoken would first find out with each token that it is no public key. The types know texts alone.
    const key = createSecretKey(JWT_SECRET, 'utf8') as unknown as Buffer
    return { secretOrKey: key, algorithms: ['HS256'] }
  }
  throw new Error('neither JWT_SECRET nor JWT_JWKS_URL is set')
}

const unauthorized = (realm: string, detail: string, parameters = '') =>
  new HttpFault(401, 'unauthorized', detail, {
    headers: { 'WWW-Authenticate': `Bearer realm="${realm}"${parameters}` },
  })

const refused = (realm: string, info: unknown): HttpFault => {
  if (info instanceof KeysUnavailable)
    return unavailable('identity_provider_unavailable', 'Tokens cannot be checked at the moment.', 2, info)
  if (!(info instanceof Error) || info.message === 'No auth token')
    return unauthorized(realm, 'This needs a token: Authorization: Bearer <token>.')
  const detail = info.name === 'TokenExpiredError' ? 'The token has expired.' : 'The token is not valid.'
  return unauthorized(realm, detail, `, error="invalid_token", error_description="${detail}"`)
}

/** Bearer tokens: signature by a pinned algorithm, issuer, audience, expiry, subject and roles. Other roles than the given ones count for nothing. */
export const createAuthentication = <Role extends string>({
  roles,
  realm,
  ...options
}: AuthenticationOptions & RealmOptions<Role>): Authenticate<Role> => {
  const authenticator = new passport.Passport()
  const strategyOptions = {
    jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
    issuer: options.JWT_ISSUER,
    audience: options.JWT_AUDIENCE,
    ...keyOptions(options),
    // Which of the two keys it is depends on the configuration; the package's types want it known in writing.
  } as StrategyOptionsWithoutRequest
  authenticator.use(
    new Strategy(strategyOptions, (payload, done) => {
      const parsed = payloadSchema.safeParse(payload)
      if (!parsed.success) return done(null, false, new Error('the payload lacks something'))
      const principal: Principal<Role> = {
        subject: parsed.data.sub,
        roles: roles.filter((role) => parsed.data.roles.includes(role)),
      }
      return done(null, principal)
    }),
  )

  return (request, response) =>
    new Promise((resolve, reject) => {
      const settle = (error: unknown, principal: Principal<Role> | false | undefined, info: unknown) => {
        if (error) reject(error instanceof Error ? error : new Error('authentication failed', { cause: error }))
        else if (principal) resolve(principal)
        else reject(refused(realm, info))
      }
      const handle = authenticator.authenticate('jwt', { session: false }, settle) as (
        request: Request,
        response: Response,
        next: (error: unknown) => void,
      ) => void
      handle(request, response, reject)
    })
}
