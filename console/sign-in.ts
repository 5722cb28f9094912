import { Router, type Request } from 'express'
import { z } from 'zod'
import type { Role } from '../http-api/roles.ts'
import { bodyLimitBytes, createRawReader } from '../infrastructure/http/body.ts'
import { unsupportedMediaType } from '../infrastructure/http/faults.ts'
import { HttpFault, notFound } from '../infrastructure/http/problem.ts'
import { recordOf } from '../infrastructure/http/request-log.ts'
import { respond } from '../infrastructure/http/respond.ts'
import { issueToken, type TokenOptions } from '../infrastructure/http/token.ts'
import type { Logger } from '../infrastructure/observability/logger.ts'

export type SignInOptions = {
  /** What tokens are made with; undefined where nobody signs in here. */
  readonly tokens: Pick<TokenOptions, 'secret' | 'issuer' | 'audience'> | undefined
  readonly now: () => Date
  readonly logger: Logger
}

const who = { subject: 'operator', role: 'operator' } as const satisfies { subject: string; role: Role }
const ttlSeconds = 8 * 60 * 60

const ownNames = new Set(['localhost', '127.0.0.1', '[::1]'])
const ownAddress = /^(?:127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/

/**
 * Whether somebody at this machine asks, and by one of its own names: a page of somebody else's whose name was made to lead here is
 * none. What a proxy hands on comes from anywhere.
 */
const comesFromHere = (request: Request): boolean =>
  ownAddress.test(request.socket.remoteAddress ?? '') &&
  request.get('x-forwarded-for') === undefined &&
  request.get('forwarded') === undefined &&
  ownNames.has((request.get('host') ?? '').replace(/:\d+$/, ''))

const isOwnOrigin = (request: Request): boolean => {
  const origin = request.get('origin')
  return origin === undefined || origin === `${request.protocol}://${request.get('host') ?? ''}`
}

const nothing = z.strictObject({})

/** A token for whoever works on the shop at their own machine. Where an identity provider issues tokens, there is none to be had here. */
export const signInRouter = ({ tokens, now, logger }: SignInOptions): Router => {
  const router = Router()
  const read = createRawReader(bodyLimitBytes)
  router.get('/sign-in', (_request, response) => {
    recordOf(response).route = '/sign-in'
    respond(response, 200, {}, { development: tokens !== undefined })
  })
  router.post('/sign-in', async (request, response) => {
    recordOf(response).route = '/sign-in'
    if (tokens === undefined) throw notFound('Nobody signs in here. Take the token that your identity provider gives.')
    if (!comesFromHere(request) || !isOwnOrigin(request))
      throw new HttpFault(403, 'not_from_here', 'This is for whoever sits at the machine itself.')
    // A form of another page cannot send this.
    if (!request.is('application/json')) throw unsupportedMediaType()
    const { raw } = await read(request)
    if (!nothing.safeParse(parsed(raw)).success)
      throw new HttpFault(400, 'invalid_request', 'Send {} as the body: there is nothing to be said.')
    const token = issueToken({ ...tokens, sub: who.subject, roles: [who.role], ttlSeconds })
    logger.info('somebody at this machine was made an operator', { subject: who.subject })
    const expiresAt = new Date(now().getTime() + ttlSeconds * 1_000).toISOString()
    respond(response, 200, {}, { token, ...who, expiresAt })
  })
  return router
}

const parsed = (raw: Buffer): unknown => {
  try {
    return JSON.parse(raw.toString('utf8')) as unknown
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
