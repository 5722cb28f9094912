import { z } from 'zod'

const seconds = (otherwise: number) => z.coerce.number<string>().positive().default(otherwise)

export const reconciliationConfig = {
  /** How often what has just happened is compared with the provider's list, and how far that looks back: some of it more than once. */
  RECONCILE_EVERY_SECONDS: seconds(5 * 60),
  RECONCILE_RECENT_SECONDS: seconds(60 * 60),
  /** How often all is compared that may still change there, and how far that looks back: a refund can fail a month after it succeeded. */
  RECONCILE_FULL_EVERY_SECONDS: seconds(24 * 60 * 60),
  RECONCILE_FULL_SECONDS: seconds(31 * 24 * 60 * 60),
  /** How far the comparing of all looks back for disputes: a bank takes months to decide one. */
  RECONCILE_DISPUTES_SECONDS: seconds(180 * 24 * 60 * 60),
  /** What is younger is on its way, and no difference yet. */
  RECONCILE_GRACE_SECONDS: seconds(5 * 60),
  /** How many calls of the provider a second. */
  RECONCILE_CALLS_PER_SECOND: z.coerce.number<string>().positive().default(10),
} as const

export type ReconciliationConfig = z.output<z.ZodObject<typeof reconciliationConfig>>
