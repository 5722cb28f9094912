import { z } from 'zod'

/** The processors'. */
export const stripeCallsConfig = {
  /** A secret or a restricted key, of test mode or live. */
  STRIPE_SECRET_KEY: z
    .string()
    .regex(/^(sk|rk)_(test|live)_\w+$/, 'is no secret key: it begins with sk_test_, sk_live_, rk_test_ or rk_live_')
    .optional(),
  /** Where the customer's bank sends them back to. Stays the same while payments are open: the keys are bound to it. */
  STRIPE_RETURN_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** Instead of Stripe's own address: for a stand-in. */
  STRIPE_API_BASE: z.url({ protocol: /^https?$/ }).optional(),
} as const

/** The command API's. */
export const stripeWebhooksConfig = {
  /** The endpoint's signing secret; two while one is being changed, separated by a comma. */
  STRIPE_WEBHOOK_SECRET: z
    .string()
    .transform((given) => given.split(',').map((secret) => secret.trim()))
    .pipe(z.array(z.string().min(16, 'a secret is shorter than 16 characters')).max(2))
    .optional(),
} as const
