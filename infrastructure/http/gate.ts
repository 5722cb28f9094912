import { hash } from 'node:crypto'
import type { Request, Response } from 'express'
import type { Authenticate } from './authentication.ts'
import { clientAddress } from './client-address.ts'
import type { EdgeOptions } from './edge-config.ts'
import { createFailedAttempts } from './failed-attempts.ts'
import { mayActAs, type Principal, type RoleRules } from './principal.ts'
import { forbidden, HttpFault, unavailable } from './problem.ts'
import { createRateLimit, type RateLimit } from './rate-limit.ts'
import { createRecentlyGood } from './recently-good.ts'
import { recordOf } from './request-log.ts'
import type { Route } from './routes.ts'
import { createSeats, type Seats } from './seats.ts'

export type GateOptions = {
  readonly authenticate: Authenticate
  readonly roleRules: RoleRules
  readonly rateLimit: RateLimit
  readonly edge: EdgeOptions
  readonly warn: (message: string) => void
}

export type Admitted = {
  readonly principal: Principal | undefined
  /** To be called once, when the request has been handled; with what it ended in, where it failed. */
  readonly leave: (error?: unknown) => Promise<void>
}

/**
 * Who may come in, and how often. All that a caller who has not signed in can make us spend has a bound by address and one for all, and
 * whoever is signed in is held up by neither.
 */
export type Gate = {
  /** @throws HttpFault 401, 403, 429; 503 when too many who are not signed in are under way */
  enter(route: Pick<Route, 'access' | 'unlimited'>, request: Request, response: Response): Promise<Admitted>
}

/** At once, of those who are not signed in: less than would keep all connections of a store busy for long. */
const anonymousSeats = { seats: 64, seatsOfOne: 16, waiting: 2_000, waitingOfOne: 500, waitMs: 2_000 } as const
/** At once, of those who sign and have not shown yet that they can: what they send is read, and kept until it has been looked at. */
const signingSeats = { seats: 16, seatsOfOne: 8, waiting: 200, waitingOfOne: 100, waitMs: 2_000 } as const
/** Tokens that are remembered: of those who are signed in at the moment. */
const mostTokens = 10_000
const mostSigners = 1_000

const hasFailed = (error: unknown): boolean => error instanceof HttpFault && error.status === 401
const nothing = () => Promise.resolve()
const seatIn = async (seats: Seats, address: string, detail: string): Promise<() => void> => {
  const leave = await seats.take(address)
  if (leave === undefined) throw unavailable('overloaded', detail, 1)
  return leave
}

export const createGate = ({ authenticate, roleRules, rateLimit, edge, warn }: GateOptions): Gate => {
  const limitOfAll = createRateLimit({
    RATE_LIMIT_PER_SECOND: edge.ANONYMOUS_PER_SECOND,
    RATE_LIMIT_BURST: edge.ANONYMOUS_PER_SECOND * 2,
  })
  const seats = createSeats(anonymousSeats)
  const unsure = createSeats(signingSeats)
  const failed = createFailedAttempts(edge.FAILED_AUTHENTICATIONS_PER_MINUTE)
  // Only whether to look: they are checked each time.
  const tokens = createRecentlyGood(mostTokens)
  const signers = createRecentlyGood(mostSigners)

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

  const anonymous = async (request: Request): Promise<Admitted> => {
    const address = clientAddress(request)
    await rateLimit(`address ${address}`)
    await limitOfAll('all')
    const leave = await seatIn(seats, address, 'Too many who are not signed in ask at the moment. Ask again.')
    return {
      principal: undefined,
      leave: async () => {
        leave()
      },
    }
  }

  /** Who signs what it sends is known by that alone, and only after it was read. */
  const signing = async (request: Request): Promise<Admitted> => {
    const address = clientAddress(request)
    const isKnown = signers.has(address)
    if (!isKnown) await failed.refuseAfterTooMany(address)
    const leave = isKnown ? undefined : await seatIn(unsure, address, 'Too many send at the moment. Send it again.')
    return {
      principal: undefined,
      leave: async (error) => {
        leave?.()
        if (error === undefined) signers.add(address)
        else if (hasFailed(error)) await failed.count(address)
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

  const signedIn = async (principal: Principal, response: Response): Promise<Admitted> => {
    recordOf(response).principal = principal
    await rateLimit(`subject ${principal.subject}`)
    return { principal, leave: nothing }
  }

  return {
    async enter({ access, unlimited }, request, response) {
      tellOnce(request)
      if (access === 'public') {
        if (unlimited === true) return signing(request)
        const known = await anybody(request, response)
        return known === undefined ? anonymous(request) : signedIn(known, response)
      }
      const principal = await authenticated(request, response)
      const admitted = await signedIn(principal, response)
      if (!access.some((role) => mayActAs(roleRules, principal, role))) throw forbidden()
      return admitted
    },
  }
}
