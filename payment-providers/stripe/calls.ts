import { AsyncLocalStorage } from 'node:async_hooks'
import Stripe from 'stripe'
import { circuitBreaker, type BreakerState } from '../../infrastructure/outside/circuit-breaker.ts'
import { monotonicNow } from '../../infrastructure/time/monotonic.ts'
import { withSignalWithin } from '../../infrastructure/time/time-limit.ts'
import { ProviderUnavailable, type ConnectionOptions } from '../port.ts'
import { apiVersion } from './api-version.ts'
import { createQuietTimes, RateLimited, type Lane } from './rate-limits.ts'
import {
  AccessRefused,
  CalledOff,
  countsAgainstStripe,
  DisputesRefused,
  faultOf,
  KeyReused,
  StripeRefused,
} from './answers.ts'

export type Alarm = (message: string, fields: Readonly<Record<string, unknown>>) => void

export type StripeCallsOptions = ConnectionOptions & {
  readonly secretKey: string
  /** Instead of Stripe's own address: protocol, host and port. */
  readonly apiBase?: string | undefined
  /** A person has to look. */
  readonly alarm: Alarm
  readonly now?: () => Date
  /** Milliseconds, by which pauses are waited for: a clock that goes on whatever becomes of the one on the wall. */
  readonly monotonic?: () => number
}

type Work<Answer> = (stripe: Stripe) => Promise<Answer>
/** What a key may be allowed, or not, by itself. Disputes are looked up as all else is. */
type Access = Lane | 'disputes'

export type StripeCalls = {
  /**
   * One or more requests, within one limit of time. Nothing is repeated here: the follow-ups do that, hours long if need be.
   * @throws ProviderUnavailable, OutcomeUnknown; StripeRefused for a definite no
   */
  ask<Answer>(signal: AbortSignal, work: Work<Answer>): Promise<Answer>
  /** The same of a search or a list, behind a breaker of its own: that these are slow or limited says nothing about whether charges go through. */
  lookUp<Answer>(signal: AbortSignal, work: Work<Answer>, of?: 'disputes'): Promise<Answer>
  /** That of `ask`. */
  breakerState(): BreakerState
  /** That of `lookUp`. */
  lookUpBreakerState(): BreakerState
  /** Stripe does not want to be asked for a while, looks apart. */
  isPaused(): boolean
  close(): void
}

const countsOf: Readonly<Record<Lane, (error: unknown) => boolean>> = {
  change: countsAgainstStripe,
  // That Stripe limits looks is waited for by its `Retry-After`, and by the follow-ups.
  look_up: (error) => countsAgainstStripe(error) && !(error instanceof RateLimited),
}

const refusedKey: Readonly<Record<Access, string>> = {
  change: 'Stripe does not accept the secret key: no payment is made and none refunded',
  look_up: 'Stripe does not accept the secret key for searches and lists: what may have been sent is not looked up',
  disputes:
    'Stripe does not accept the secret key for disputes: payments and refunds go on, and books are not compared to the end',
}

const laneOf = (access: Access): Lane => (access === 'disputes' ? 'look_up' : access)

const addressOf = (apiBase: string | undefined): Stripe.StripeConfig => {
  if (apiBase === undefined) return {}
  const { protocol, hostname, port } = new URL(apiBase)
  const isPlain = protocol === 'http:'
  return { host: hostname, port: port || (isPlain ? 80 : 443), protocol: isPlain ? 'http' : 'https' }
}

/** Calls of Stripe by its own package, behind a circuit breaker. */
export const stripeCalls = (options: StripeCallsOptions): StripeCalls => {
  const { secretKey, apiBase, alarm, timeLimitMs = 10_000, breakerPauseMs } = options
  const { now = () => new Date(), monotonic = monotonicNow } = options

  // The package knows no signal: that of the call which is under way goes into every request that the call makes.
  const underWay = new AsyncLocalStorage<AbortSignal>()
  const fetchWithSignal: typeof fetch = (input, init) => {
    const signals = [init?.signal, underWay.getStore()].filter((signal) => signal !== undefined && signal !== null)
    return fetch(input, { ...init, signal: AbortSignal.any(signals) })
  }
  const stripe = new Stripe(secretKey, {
    apiVersion,
    maxNetworkRetries: 0,
    timeout: timeLimitMs,
    telemetry: false,
    httpClient: Stripe.createFetchHttpClient(fetchWithSignal),
    ...addressOf(apiBase),
  })

  const quietTimes = createQuietTimes(monotonic)
  /** Each by itself: a restricted key may do the one and not the other. */
  const accessRefused: Record<Access, boolean> = { change: false, look_up: false, disputes: false }
  const raise = (access: Access, error: unknown): void => {
    if (error instanceof KeyReused)
      alarm('Stripe: an idempotency key was used for two different requests', { said: error.message })
    // Once, until it is accepted again, as it is also by whom a request is refused for something else.
    if (error instanceof AccessRefused && !accessRefused[access]) alarm(refusedKey[access], { said: error.message })
    if (error instanceof AccessRefused) accessRefused[access] = true
    if (error instanceof StripeRefused) accessRefused[access] = false
  }

  const call = async (access: Access, work: Work<unknown>, signal: AbortSignal): Promise<unknown> => {
    try {
      const answer = await withSignalWithin(signal, timeLimitMs, (limited) => underWay.run(limited, () => work(stripe)))
      accessRefused[access] = false
      return answer
    } catch (error) {
      if (signal.aborted) throw new CalledOff('called off before Stripe answered', { cause: error })
      const fault = faultOf(error, now())
      // Which things a restricted key may do is asked of each; whether it is a key at all, of all.
      const isRestricted = error instanceof Stripe.errors.StripePermissionError
      raise(isRestricted ? access : laneOf(access), fault)
      if (fault instanceof RateLimited) quietTimes.begin(laneOf(access), fault)
      throw access === 'disputes' && isRestricted && fault instanceof AccessRefused
        ? new DisputesRefused(fault.message)
        : fault
    }
  }

  const told = { change: options.onBreaker, look_up: options.onLookUpBreaker } as const
  const breakerOf = (lane: Lane) =>
    circuitBreaker((work: Work<unknown>, signal: AbortSignal, access: Access) => call(access, work, signal), {
      timeLimitMs,
      pauseMs: breakerPauseMs,
      counts: countsOf[lane],
      saysNothing: (error) => error instanceof CalledOff,
      onState: told[lane],
    })
  const breakers: Readonly<Record<Lane, ReturnType<typeof breakerOf>>> = {
    change: breakerOf('change'),
    look_up: breakerOf('look_up'),
  }

  const asked =
    (lane: Lane) =>
    async <Answer>(signal: AbortSignal, work: Work<Answer>, access: Access = lane): Promise<Answer> => {
      if (signal.aborted) throw new ProviderUnavailable('called off before it was sent')
      quietTimes.expectOver(lane)
      // The breaker hands on what the work answers.
      return (await breakers[lane].fire(work, signal, access)) as Answer
    }

  return {
    ask: asked('change'),
    lookUp: asked('look_up'),
    breakerState: () => breakers.change.state(),
    lookUpBreakerState: () => breakers.look_up.state(),
    isPaused: () => quietTimes.isQuiet('change'),
    close: () => {
      for (const breaker of Object.values(breakers)) breaker.close()
    },
  }
}
