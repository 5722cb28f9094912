import { Gauge, type Registry } from '../infrastructure/observability/metrics.ts'
import type { BreakerState } from '../infrastructure/outside/circuit-breaker.ts'
import type { ConnectedProvider } from '../payment-providers/port.ts'
import type { EffectName } from './follow-ups/due-worker.ts'
import type { Senders } from './notifications/senders.ts'

type Outside = 'payment_provider' | 'mail' | 'sms'

/** By what it lies before. Look-ups have one of their own with some payment providers; nothing is taken up by it. */
type BreakerStates = Readonly<Record<Outside, BreakerState>> & { readonly payment_provider_look_ups?: BreakerState }

/** Asked whenever somebody looks. */
export type Breakers = () => BreakerStates

export const breakersOf =
  (
    provider: Pick<ConnectedProvider, 'breaker' | 'lookUpBreaker'>,
    { mail, smsBreaker }: { readonly mail: Pick<Senders['mail'], 'breaker'> } & Pick<Senders, 'smsBreaker'>,
  ): Breakers =>
  () => ({
    payment_provider: provider.breaker(),
    ...(provider.lookUpBreaker === undefined ? {} : { payment_provider_look_ups: provider.lookUpBreaker() }),
    mail: mail.breaker(),
    sms: smsBreaker(),
  })

const values: Readonly<Record<BreakerState, number>> = { closed: 0, half_open: 1, open: 2 }

/** Asked for when somebody scrapes. */
export const breakerMetrics = (registry: Registry, breakers: Breakers): Breakers => {
  new Gauge({
    name: 'circuit_breaker_state',
    help: 'Of the circuit breaker around calls to the outside: 0 closed, 1 half open (one call tries), 2 open (none is made)',
    labelNames: ['outside'],
    registers: [registry],
    collect() {
      for (const [outside, state] of Object.entries(breakers())) this.set({ outside }, values[state])
    },
  })
  return breakers
}

const outsideOf: Readonly<Record<EffectName, Outside>> = {
  payment: 'payment_provider',
  refund: 'payment_provider',
  email: 'mail',
  sms: 'sms',
}

/**
 * By the state of the breaker: behind one that is half open only one is let through, and the others would be refused, and put off for
 * longer each time.
 */
export const followedUpAtOnce: Readonly<Record<BreakerState, number>> = { open: 0, half_open: 1, closed: 100 }

/**
 * How many of an effect the follow-ups take up at once: each looks at the breaker that it lies behind, and at no other. While the payment
 * provider has asked for a pause, none of its own: what is taken up is counted as tried, and put off for longer each time.
 */
export const worthTryingBehind =
  (breakers: Breakers, isPaused: () => boolean) =>
  (effect: EffectName): number => {
    const outside = outsideOf[effect]
    return outside === 'payment_provider' && isPaused() ? 0 : followedUpAtOnce[breakers()[outside]]
  }
