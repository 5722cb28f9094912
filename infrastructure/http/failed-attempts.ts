import { RateLimiterMemory } from 'rate-limiter-flexible'
import { HttpFault } from './problem.ts'

/** What did not hold of late: tokens, signatures. */
export type FailedAttempts = {
  /** Before anything is spent on another one from there. @throws HttpFault 429 with Retry-After */
  refuseAfterTooMany(address: string): Promise<void>
  count(address: string): Promise<void>
}

const windowSeconds = 10
/** All addresses together may fail so many times as often as one. */
const addressesAtOnce = 50

export const createFailedAttempts = (perMinute: number): FailedAttempts => {
  const points = Math.max(1, Math.ceil((perMinute * windowSeconds) / 60))
  const one = new RateLimiterMemory({ keyPrefix: 'one', points, duration: windowSeconds })
  // By the second: with it all others are let in again.
  const perSecond = Math.ceil((points * addressesAtOnce) / windowSeconds)
  const all = new RateLimiterMemory({ keyPrefix: 'all', points: perSecond, duration: 1 })

  const refuseIfFull = async (limiter: RateLimiterMemory, key: string): Promise<void> => {
    const state = await limiter.get(key)
    if (state === null || state.consumedPoints < limiter.points) return
    throw new HttpFault(429, 'too_many_requests', 'Too many tokens or signatures from there did not hold.', {
      headers: { 'Retry-After': String(Math.max(1, Math.ceil(state.msBeforeNext / 1_000))) },
    })
  }

  return {
    async refuseAfterTooMany(address) {
      await refuseIfFull(one, address)
      await refuseIfFull(all, 'all')
    },
    async count(address) {
      await one.penalty(address)
      await all.penalty('all')
    },
  }
}
