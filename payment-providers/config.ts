import { z } from 'zod'
import { mockCallsConfig, mockWebhooksConfig } from './mock/config.ts'
import { stripeCallsConfig, stripeWebhooksConfig } from './stripe/config.ts'

export const providerNames = ['mock', 'stripe'] as const
export type ProviderName = (typeof providerNames)[number]

const chosen = { PAYMENT_PROVIDER: z.enum(providerNames).default('mock') } as const

/** The variables of a process that calls the provider. */
export const providerCallsConfig = { ...chosen, ...mockCallsConfig, ...stripeCallsConfig } as const

/** The variables of a process that takes in its webhooks. */
export const providerWebhooksConfig = { ...chosen, ...mockWebhooksConfig, ...stripeWebhooksConfig } as const

type Needs<Variables> = Readonly<Record<ProviderName, readonly (keyof Variables & string)[]>>

/** For `.check` on a schema with these variables: those that the chosen provider cannot do without. Beside all that else is wrong. */
const needs = <Variables extends { readonly PAYMENT_PROVIDER: ProviderName }>(needed: Needs<Variables>) =>
  z.superRefine<Variables>(
    (variables, context) => {
      const name = chosen.PAYMENT_PROVIDER.safeParse(variables.PAYMENT_PROVIDER).data
      for (const variable of name === undefined ? [] : needed[name])
        if (variables[variable] === undefined)
          context.addIssue({ code: 'custom', path: [variable], message: `is needed for PAYMENT_PROVIDER=${name}` })
    },
    // Also when something else is wrong: then not even the name is sure to be one.
    { when: () => true },
  )

export type ProviderCallsConfig = z.output<z.ZodObject<typeof providerCallsConfig>>
export type ProviderWebhooksConfig = z.output<z.ZodObject<typeof providerWebhooksConfig>>

export const providerCallsNeeded = needs<ProviderCallsConfig>({
  mock: ['PAYMENT_PROVIDER_URL'],
  stripe: ['STRIPE_SECRET_KEY', 'STRIPE_RETURN_URL'],
})
export const providerWebhooksNeeded = needs<ProviderWebhooksConfig>({
  mock: ['PAYMENT_WEBHOOK_SECRET'],
  stripe: ['STRIPE_WEBHOOK_SECRET'],
})

/** How long a provider knows an idempotency key again, less an hour for clocks that differ and calls on their way. The mock never forgets one. */
const keysKeptAtMostHours: Readonly<Partial<Record<ProviderName, number>>> = { stripe: 23 }

type KeysKept = { readonly PAYMENT_PROVIDER: ProviderName; readonly PROVIDER_KEYS_KEPT_HOURS: number }

/** For `.check`: a key that its provider has forgotten would charge a second time. */
export const providerKeysKept = z.superRefine<KeysKept>((variables, context) => {
  const { PAYMENT_PROVIDER: name, PROVIDER_KEYS_KEPT_HOURS: hours } = variables
  const most = keysKeptAtMostHours[name]
  if (most !== undefined && hours > most)
    context.addIssue({
      code: 'custom',
      path: ['PROVIDER_KEYS_KEPT_HOURS'],
      message: `is ${hours}; ${name} knows a key again for no longer than ${most}`,
    })
})

/** A variable of the chosen provider, which the check of the configuration has seen to be there. */
export const there = <Value>(value: Value | undefined): Value => {
  if (value === undefined) throw new Error('the configuration was not checked for what the payment provider needs')
  return value
}
