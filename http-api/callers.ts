import { authenticationConfig, type AuthenticationOptions } from '../infrastructure/http/authentication.ts'
import { edgeConfig, type EdgeOptions } from '../infrastructure/http/edge-config.ts'
import {
  createRateLimit,
  rateLimitConfig,
  type RateLimit,
  type RateLimitOptions,
} from '../infrastructure/http/rate-limit.ts'
import { authenticationWith, type Authenticate } from './authentication.ts'

/** The variables of every process that answers people: who they are, how often they may ask, and by which way they come. */
export const callersConfig = { ...authenticationConfig, ...rateLimitConfig, ...edgeConfig } as const

export type CallersConfig = AuthenticationOptions & RateLimitOptions & EdgeOptions

/** What an app knows of those who call it. */
export type Callers = {
  readonly authenticate: Authenticate
  readonly rateLimit: RateLimit
  readonly edge?: EdgeOptions
}

export const callersBy = (config: CallersConfig, warn: (message: string, error: unknown) => void): Callers => ({
  authenticate: authenticationWith({ ...config, warn }),
  rateLimit: createRateLimit(config),
  edge: config,
})
