import Opossum from 'opossum'
import { BreakerOpen, HeldBack } from './errors.ts'

export type BreakerState = 'open' | 'half_open' | 'closed'

export type CircuitBreakerOptions = {
  /** The time that the call takes at most, in milliseconds; it is the call's own limit, the breaker has none. */
  readonly timeLimitMs: number
  /** How long the breaker stays open before it lets one call try. Default 10 s. */
  readonly pauseMs?: number | undefined
  /** Whether the error says something about the other side; else it is the caller's doing, or about this one call alone. */
  readonly counts: (error: unknown) => boolean
  /** Of those that do not count: it is no answer of the other side either, so a breaker that is half open does not close for it. */
  readonly saysNothing?: ((error: unknown) => boolean) | undefined
  readonly onState?: ((state: BreakerState) => void) | undefined
}

export type CircuitBreaker<Arguments extends unknown[], Answer> = {
  /** @throws BreakerOpen, or HeldBack while another call tries: nothing was called */
  fire(...args: Arguments): Promise<Answer>
  state(): BreakerState
  close(): void
}

const usualWindowMs = 10_000

/** Around the calls to one outside system: when half of the last calls (five at least) went wrong, none are made for a while. */
export const circuitBreaker = <Arguments extends unknown[], Answer>(
  call: (...args: Arguments) => Promise<Answer>,
  {
    timeLimitMs,
    pauseMs = 10_000,
    counts,
    saysNothing = () => false,
    onState = () => undefined,
  }: CircuitBreakerOptions,
): CircuitBreaker<Arguments, Answer> => {
  const breaker: Opossum<Arguments, Answer> = new Opossum(call, {
    timeout: false, // the call has its own, which also ends the request
    errorThresholdPercentage: 50,
    volumeThreshold: 5,
    resetTimeout: pauseMs,
    // A call counts in the window in which it began: one that hung to its limit has to be in there still when it fails.
    rollingCountTimeout: Math.max(usualWindowMs, 3 * timeLimitMs),
    // The one that tries has to come to something: what says nothing opens it again, and another tries after the pause.
    errorFilter: (error) => !counts(error) && !(breaker.halfOpen && saysNothing(error)),
  })
  breaker.on('open', () => {
    onState('open')
  })
  breaker.on('halfOpen', () => {
    onState('half_open')
  })
  breaker.on('close', () => {
    onState('closed')
  })

  return {
    async fire(...args) {
      const { halfOpen: triesOne } = breaker
      try {
        return await breaker.fire(...args)
      } catch (error) {
        if (!Opossum.isOurError(error as Error)) throw error
        if (triesOne) throw new HeldBack('the circuit breaker lets one try', { cause: error })
        throw new BreakerOpen('the circuit breaker is open', { cause: error })
      }
    },
    state: () => {
      if (breaker.opened) return 'open'
      return breaker.halfOpen ? 'half_open' : 'closed'
    },
    close: () => {
      breaker.shutdown()
    },
  }
}
