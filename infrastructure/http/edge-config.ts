import { z } from 'zod'
import { trustedProxies } from './client-address.ts'
import { corsOrigins } from './cross-origin.ts'

const count = (otherwise: number) => z.coerce.number<string>().int().positive().default(otherwise)

/** What every process that answers people knows of the outside. */
export const edgeConfig = {
  /** Whose X-Forwarded-For is believed. */
  TRUSTED_PROXIES: trustedProxies,
  /** Of which pages in browsers the scripts may call. */
  CORS_ORIGINS: corsOrigins,
  /** Requests a second of all together who are not signed in; now and then twice as many. */
  ANONYMOUS_PER_SECOND: count(2_000),
  /** Tokens and signatures a minute that do not hold, by address; then no more are looked at for up to ten seconds. */
  FAILED_AUTHENTICATIONS_PER_MINUTE: count(600),
} as const

const edgeSchema = z.object(edgeConfig)
export type EdgeOptions = z.output<typeof edgeSchema>

/** Without any variable set. */
export const usualEdge: EdgeOptions = edgeSchema.parse({})
