import { z } from 'zod'
import { eventStoreUrl } from '../infrastructure/event-store/event-store-url.ts'
import { databaseUrl } from '../infrastructure/postgres/database-url.ts'
import { callersConfig } from '../http-api/callers.ts'
import { oneTokenKey } from '../infrastructure/http/authentication.ts'
import { rebuildConfig } from '../infrastructure/projections/config.ts'
import { commonConfig, port } from '../infrastructure/lifecycle/config.ts'
import { tracingConfig } from '../infrastructure/observability/tracing/config.ts'
import { servingConfig } from '../infrastructure/lifecycle/serve.ts'
import { notificationsConfig, wholeSmsProvider } from './notifications/config.ts'
import { providerCallsConfig, providerCallsNeeded, providerKeysKept } from '../payment-providers/config.ts'
import { reconciliationConfig } from './reconciliation/config.ts'
import { serviceNames } from './services.ts'

const seconds = (otherwise: number) => z.coerce.number<string>().positive().default(otherwise)
const count = (otherwise: number) => z.coerce.number<string>().int().positive().default(otherwise)

/** `order,payment`: without blanks, each once. */
const services = z
  .string()
  .default(serviceNames.join(','))
  .transform((text) => text.split(','))
  .pipe(
    z
      .array(z.enum(serviceNames))
      .min(1)
      .refine((names) => new Set(names).size === names.length, 'names a service twice'),
  )

/** `30,120,600`: each delay once, then the last again and again. */
const delays = (otherwise: string) =>
  z
    .string()
    .default(otherwise)
    .transform((text) => text.split(',').map(Number))
    .pipe(z.array(z.number().positive()).min(1))

export const processorsConfig = z
  .object({
    ...commonConfig,
    ...servingConfig,
    ...tracingConfig,
    ...callersConfig,
    ...rebuildConfig,
    ...reconciliationConfig,
    PROCESSORS_PORT: port(3003),
    EVENTSTORE_URL: eventStoreUrl,
    DATABASE_URL: databaseUrl,

    /** Which services this process runs. */
    PROCESSORS: services,
    /** Handlers that one service runs side by side. */
    PROCESSORS_CONCURRENCY: count(128),

    ...providerCallsConfig,
    /** Milliseconds that one call may take. */
    PROVIDER_TIMEOUT_MS: count(10_000),
    PROVIDER_CALLS_AT_ONCE: count(100),
    /** For how long the provider knows an idempotency key again, less an hour for clocks that differ and calls on their way. */
    PROVIDER_KEYS_KEPT_HOURS: seconds(23),

    ...notificationsConfig,

    /** From placing to confirmed. */
    ORDER_DEADLINE_SECONDS: seconds(30 * 60),
    /** On top of it, once, for a customer who has to confirm the payment. */
    ORDER_ACTION_EXTENSION_SECONDS: seconds(30 * 60),
    /** By how much a deadline is put off when the provider gives no result. */
    ORDER_DEADLINE_STEP_SECONDS: seconds(10 * 60),
    /** From placing; later than that nothing is waited for. */
    ORDER_DEADLINE_LIMIT_SECONDS: seconds(2 * 60 * 60),
    /** When an effect without an outcome is tried again: after the first try, after the second, … */
    FOLLOW_UP_DELAYS_SECONDS: delays('30,120,600,3600'),
    /** How often dead letters are looked at: what is put aside elsewhere, and whose turn has come. */
    DEAD_LETTERS_EVERY_SECONDS: seconds(2),
    /** How long an order stands still before its events are given to the services once more; then after the first time, the second, … */
    STANDSTILL_DELAYS_SECONDS: delays('60,300,1800,3600'),
    /**
     * How many payments and refunds, and questions at a deadline, the follow-ups take up a second, all together; where both wait, half of it
     * each. At this pace the backlog of a provider that was away is worked off, beside the new orders. It counts what is taken up and not
     * requests: one of them may be a look-up of several pages, a call, or both.
     */
    FOLLOW_UP_CALLS_PER_SECOND: seconds(10),
    /** How often what is due is looked for. */
    FOLLOW_UP_EVERY_SECONDS: seconds(1),
    /** How long one who performs an effect has it for itself; longer than a call with all that is around it. */
    FOLLOW_UP_LEASE_SECONDS: seconds(60),
  })
  .check(oneTokenKey)
  .check(wholeSmsProvider)
  .check(providerCallsNeeded)
  .check(providerKeysKept)

export type ProcessorsConfig = z.infer<typeof processorsConfig>
