import { RateLimiterMemory } from 'rate-limiter-flexible'
import { networksOf } from './client-address.ts'
import { HttpFault } from './problem.ts'

/** What did not hold of late: tokens, signatures. */
export type FailedAttempts = {
  /** Before anything is spent on another one from there. @throws HttpFault 429 with Retry-After */
  refuseAfterTooMany(address: string): Promise<void>
  /** The same where something that held has come from there: it may fail more often. */
  refuseKnownAfterTooMany(address: string): Promise<void>
  count(address: string): Promise<void>
}

const windowSeconds = 10
/** All addresses together may fail so many times as often as one. */
const addressesAtOnce = 50
/** Whoever has a /56 or a /48 has many addresses, but may fail only so many times as often as one, in each network that is wider. */
const timesOfNetworks = [1, 2, 4]
/** Others may be behind the same address, so what came from there once is not all that comes. */
const timesOfKnown = 10

export const createFailedAttempts = (perMinute: number): FailedAttempts => {
  const points = Math.max(1, Math.ceil((perMinute * windowSeconds) / 60))
  const one = new RateLimiterMemory({ keyPrefix: 'one', points, duration: windowSeconds })
  // By the second: with it all others are let in again.
  const perSecond = Math.ceil((points * addressesAtOnce) / windowSeconds)
  const all = new RateLimiterMemory({ keyPrefix: 'all', points: perSecond, duration: 1 })

  const failures = async (limiter: RateLimiterMemory, key: string): Promise<number> =>
    (await limiter.get(key))?.consumedPoints ?? 0
  const refuseFrom = async (most: number, limiter: RateLimiterMemory, key: string): Promise<void> => {
    const state = await limiter.get(key)
    if (state === null || state.consumedPoints < most) return
    throw new HttpFault(429, 'too_many_requests', 'Too many tokens or signatures from there did not hold.', {
      headers: { 'Retry-After': String(Math.max(1, Math.ceil(state.msBeforeNext / 1_000))) },
    })
  }

  return {
    async refuseAfterTooMany(address) {
      for (const [step, network] of networksOf(address).entries())
        await refuseFrom(points * (timesOfNetworks[step] ?? 1), one, network)
      // Whatever all the world does, an address from which nothing has failed is given a look.
      if ((await failures(one, address)) > 0) await refuseFrom(perSecond, all, 'all')
    },
    refuseKnownAfterTooMany: (address) => refuseFrom(points * timesOfKnown, one, address),
    async count(address) {
      for (const network of networksOf(address)) await one.penalty(network)
      await all.penalty('all')
    },
  }
}
