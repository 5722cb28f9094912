import { BurstyRateLimiter, RateLimiterMemory } from 'rate-limiter-flexible'
import { z } from 'zod'
import { HttpFault } from './problem.ts'

export const rateLimitConfig = {
  /** Requests a second that one subject may always make. */
  RATE_LIMIT_PER_SECOND: z.coerce.number<string>().int().positive().default(200),
  /** Requests within one second, at most, now and then. */
  RATE_LIMIT_BURST: z.coerce.number<string>().int().positive().default(500),
} as const

export type RateLimitOptions = { readonly RATE_LIMIT_PER_SECOND: number; readonly RATE_LIMIT_BURST: number }

/** Without any variable set. */
export const usualRateLimit: RateLimitOptions = z.object(rateLimitConfig).parse({})

/** Counts one request of `key`. @throws HttpFault 429 with Retry-After */
export type RateLimit = (key: string) => Promise<void>

/** What a burst takes beyond the steady rate is given back after this time. */
const burstWindowSeconds = 10

/** Counts in this process alone: behind several replicas each subject may make as many times more requests. */
export const createRateLimit = ({
  RATE_LIMIT_PER_SECOND: perSecond,
  RATE_LIMIT_BURST: burst,
}: RateLimitOptions): RateLimit => {
  const steady = new RateLimiterMemory({ keyPrefix: 'steady', points: perSecond, duration: 1 })
  const extra = Math.max(0, burst - perSecond)
  const limiter = new BurstyRateLimiter(
    steady,
    new RateLimiterMemory({ keyPrefix: 'burst', points: extra, duration: burstWindowSeconds }),
  )
  return async (key) => {
    try {
      await limiter.consume(key)
    } catch (rejected) {
      if (rejected instanceof Error) throw rejected
      // Not an error but the limiter's state: when the next request will be let through.
      const { msBeforeNext = 1_000 } = rejected as { readonly msBeforeNext?: number }
      throw new HttpFault(429, 'too_many_requests', 'These are more requests than one may make.', {
        headers: { 'Retry-After': String(Math.max(1, Math.ceil(msBeforeNext / 1_000))) },
      })
    }
  }
}
