import { hash } from 'node:crypto'
import type { Request, Response } from 'express'
import type { Authenticate } from './authentication.ts'
import { createBodyBudget, type BodyAllowance } from './body-budget.ts'
import type { ReadBody } from './body.ts'
import { clientAddress } from './client-address.ts'
import type { EdgeOptions } from './edge-config.ts'
import { createFailedAttempts } from './failed-attempts.ts'
import { mayActAs, type Principal, type RoleRules } from './principal.ts'
import { forbidden, HttpFault } from './problem.ts'
import { createRateLimit, type RateLimit } from './rate-limit.ts'
import { createRecentlyGood } from './recently-good.ts'
import { recordOf } from './request-log.ts'
import type { Route } from './routes.ts'
import { withBody } from './seated.ts'
import { createSeats } from './seats.ts'
import { createSignedRequests } from './signed-requests.ts'

export type GateOptions = {
  readonly authenticate: Authenticate
  readonly roleRules: RoleRules
  readonly rateLimit: RateLimit
  readonly edge: EdgeOptions
  readonly warn: (message: string) => void
}

type Read = (allowance?: BodyAllowance) => Promise<ReadBody>

export type Admitted = {
  readonly principal: Principal | undefined
  readonly body: ReadBody
  /** To be called once, when the request has been handled; with what it ended in, where it failed. */
  readonly leave: (error?: unknown) => Promise<void>
}

/**
 * Who may come in, and how often. All that a caller who has not signed in can make us spend has a bound by address and one for all, and
 * whoever is signed in is held up by neither.
 */
export type Gate = {
  /**
   * Reads the body when it is known who sends it; of who is not signed in within an allowance, and before a seat is taken.
   * @throws HttpFault 401, 403, 429; 408 when a body is slow and 503 when too many are under way, of who is not signed in; what `read` throws
   */
  enter(route: Pick<Route, 'access' | 'unlimited'>, request: Request, response: Response, read: Read): Promise<Admitted>
  /** For what costs nothing but its answer: counted as of somebody who is not signed in, whoever asks. @throws HttpFault 429 */
  count(request: Request): Promise<void>
}

/** At once, of those who are not signed in: less than would keep all connections of a store busy for long. */
const anonymousSeats = { seats: 64, seatsOfOne: 16, waiting: 2_000, waitingOfOne: 500, waitMs: 2_000 } as const
const anonymousBodies = { bytes: 16 * 1_024 * 1_024, bytesOfOne: 4 * 1_024 * 1_024, withinMs: 2_000 } as const
/** Tokens that are remembered: of those who are signed in at the moment. */
const mostTokens = 10_000

const hasFailed = (error: unknown): boolean => error instanceof HttpFault && error.status === 401
const nothing = () => Promise.resolve()

export const createGate = ({ authenticate, roleRules, rateLimit, edge, warn }: GateOptions): Gate => {
  const limitOfAll = createRateLimit({
    RATE_LIMIT_PER_SECOND: edge.ANONYMOUS_PER_SECOND,
    RATE_LIMIT_BURST: edge.ANONYMOUS_PER_SECOND * 2,
  })
  const room = {
    seats: createSeats(anonymousSeats),
    bodies: createBodyBudget(anonymousBodies),
    detail: 'Too many who are not signed in ask at the moment. Ask again.',
  }
  const failed = createFailedAttempts(edge.FAILED_AUTHENTICATIONS_PER_MINUTE)
  // Only whether to look: they are checked each time.
  const tokens = createRecentlyGood(mostTokens)
  const signed = createSignedRequests({ failed, hasFailed })

  /** Who has a token that was good is not kept out by others behind the same address, nor by all the world. */
  const authenticated = async (request: Request, response: Response): Promise<Principal> => {
    const { authorization } = request.headers
    if (authorization === undefined) return authenticate(request, response)
    // What is kept of a token is small, and nobody could sign in with it.
    const token = hash('sha256', authorization, 'base64')
    if (!tokens.has(token)) await failed.refuseAfterTooMany(clientAddress(request))
    try {
      const principal = await authenticate(request, response)
      tokens.add(token)
      return principal
    } catch (error) {
      // Where nobody can tell at the moment, nothing was spent and nobody has failed.
      if (hasFailed(error)) {
        tokens.remove(token)
        await failed.count(clientAddress(request))
      }
      throw error
    }
  }

  let isTold = edge.TRUSTED_PROXIES.length > 0
  const tellOnce = (request: Request) => {
    if (isTold || request.headers['x-forwarded-for'] === undefined) return
    isTold = true
    warn('a proxy forwards requests, and TRUSTED_PROXIES names none: all who come by it are counted as one')
  }

  const countAddress = async (request: Request): Promise<void> => {
    await rateLimit(`address ${clientAddress(request)}`)
    await limitOfAll('all')
  }

  const anonymous = async (request: Request, read: Read): Promise<Admitted> => {
    await countAddress(request)
    const { body, leave } = await withBody(room, clientAddress(request), read)
    return {
      principal: undefined,
      body,
      leave: async () => {
        leave()
      },
    }
  }

  /** Who needs no token and may have one. A token that cannot be looked at now is as good as none: what is asked for is anybody's. */
  const anybody = async (request: Request, response: Response): Promise<Principal | undefined> => {
    if (request.headers.authorization === undefined) return undefined
    try {
      return await authenticated(request, response)
    } catch (error) {
      if (error instanceof HttpFault && !hasFailed(error)) return undefined
      throw error
    }
  }

  const countSubject = async (principal: Principal, response: Response): Promise<void> => {
    recordOf(response).principal = principal
    await rateLimit(`subject ${principal.subject}`)
  }

  return {
    async enter({ access, unlimited }, request, response, read) {
      tellOnce(request)
      if (access === 'public' && unlimited === true)
        return { principal: undefined, ...(await signed.enter(clientAddress(request), read)) }
      const principal = await (access === 'public' ? anybody : authenticated)(request, response)
      if (principal === undefined) return anonymous(request, read)
      await countSubject(principal, response)
      if (access !== 'public' && !access.some((role) => mayActAs(roleRules, principal, role))) throw forbidden()
      return { principal, body: await read(), leave: nothing }
    },
    async count(request) {
      tellOnce(request)
      await countAddress(request)
    },
  }
}
