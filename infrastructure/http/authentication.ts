import { createSecretKey } from 'node:crypto'
import type { Request, Response } from 'express'
import passport from 'passport'
import { ExtractJwt, Strategy, type SecretOrKeyProvider, type StrategyOptionsWithoutRequest } from 'passport-jwt'
import { z } from 'zod'
import { readJsonBytes } from './json-bytes.ts'
import { createKeySet, fetchFrom, KeysUnavailable, type KeySetOptions } from './key-set.ts'
import { HttpFault, unavailable } from './problem.ts'
import { subject, type Principal } from './principal.ts'
import { rolesIn } from './roles-claim.ts'

/** The variables of every process that answers people. Exactly one of the secret and the address: see `oneTokenKey`. */
export const authenticationConfig = {
  JWT_ISSUER: z.string().min(1),
  JWT_AUDIENCE: z.string().min(1),
  /** Where a token names roles: the name of a claim, or its path with dots. */
  JWT_ROLES_CLAIM: z.string().min(1).default('roles'),
  /** By so many seconds the issuer's clock and ours may differ. */
  JWT_LEEWAY_SECONDS: z.coerce.number<string>().min(0).max(300).default(5),
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

export type AuthenticationOptions = TokenKeys & {
  readonly JWT_ISSUER: string
  readonly JWT_AUDIENCE: string
  readonly JWT_ROLES_CLAIM?: string
  readonly JWT_LEEWAY_SECONDS?: number
  /** The issuer's keys could not be fetched. */
  readonly warn?: KeySetOptions['warn']
  readonly now?: () => number
}

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
})

/** The algorithms that are taken of published keys, and the kind of key that each needs. */
const keyTypes = { RS256: 'rsa', ES256: 'ec' } as const
const headerSchema = z.object({ alg: z.enum(['RS256', 'ES256']), kid: z.string().optional() })

/** Nothing of it has been checked: it only says which key to check the token with. */
const headerOf = (token: string): z.infer<typeof headerSchema> | undefined => {
  const json = readJsonBytes(Buffer.from(token.split('.', 1)[0] ?? '', 'base64url'))
  return json.read ? headerSchema.safeParse(json.value).data : undefined
}

const issuersKeys = (url: string, { now = Date.now, warn = () => undefined }: AuthenticationOptions) => {
  const keys = createKeySet({ fetchKeys: fetchFrom(url), now, warn })
  const provide: SecretOrKeyProvider<Request> = (_request, token: unknown, done) => {
    const header = headerOf(String(token))
    if (header === undefined) return done(new Error('a header that is not taken'))
    // As a key, which the types do not know: of a text, jsonwebtoken would make one with each token.
    keys.keyFor({ kid: header.kid, type: keyTypes[header.alg] }).then(
      (key) =>
        done(
          key === undefined ? new Error('a key that the issuer has not published') : null,
          // A key, as below: the types know texts and buffers alone.
          key as unknown as Buffer,
        ),
      done,
    )
  }
  return provide
}

const keyOptions = (options: AuthenticationOptions): Partial<StrategyOptionsWithoutRequest> => {
  const { JWT_SECRET, JWT_JWKS_URL } = options
  // The algorithms are pinned to the kind of key: a public key must never be taken for a shared secret.
  if (JWT_JWKS_URL !== undefined)
    return { secretOrKeyProvider: issuersKeys(JWT_JWKS_URL, options), algorithms: headerSchema.shape.alg.options }
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

class WithoutRoles extends Error {
  override readonly name = 'WithoutRoles'
}

const details: Readonly<Record<string, string>> = {
  TokenExpiredError: 'The token has expired.',
  NotBeforeError: 'The token is not valid yet.',
  WithoutRoles: 'The token has no roles where they are looked for.',
}

const refused = (realm: string, info: unknown): HttpFault => {
  if (info instanceof KeysUnavailable)
    return unavailable('identity_provider_unavailable', 'Tokens cannot be checked at the moment.', 2, info)
  if (!(info instanceof Error) || info.message === 'No auth token')
    return unauthorized(realm, 'This needs a token: Authorization: Bearer <token>.')
  const detail = details[info.name] ?? 'The token is not valid.'
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
    jsonWebTokenOptions: { clockTolerance: options.JWT_LEEWAY_SECONDS ?? 5 },
    ...keyOptions(options),
    // Which of the two keys it is depends on the configuration; the package's types want it known in writing.
  } as StrategyOptionsWithoutRequest
  authenticator.use(
    new Strategy(strategyOptions, (payload, done) => {
      const parsed = payloadSchema.safeParse(payload)
      if (!parsed.success) return done(null, false, new Error('the payload lacks something'))
      const named = rolesIn(payload, options.JWT_ROLES_CLAIM ?? 'roles')
      if (named === undefined) return done(null, false, new WithoutRoles('no roles'))
      return done(null, { subject: parsed.data.sub, roles: roles.filter((role) => named.includes(role)) })
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
