import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '../../embedded/ports.ts'
import type { Random } from '../simulation/random.ts'
import type { FaultKind } from '../stripe/faults.ts'
import { standInKey, startStripe, type StripeStandIn } from '../stripe/server.ts'
import { untilTrue } from '../support/until.ts'
import type { Fault } from './faults.ts'
import type { BooksThere, OpenedProvider, ProviderUnderChaos } from './provider.ts'

const secret = 'whsec_of_the_chaos'
const methods = [
  ...Array<string>(6).fill('pm_card_visa'),
  ...['pm_card_pendingRefund', 'pm_card_refundFail', 'pm_card_authenticationRequired', 'pm_card_visa_chargeDeclined'],
]

/** Of all requests. */
const troubled = 0.12
const kinds: Partial<Record<FaultKind, number>> = {
  slow: 25,
  hang: 6,
  hang_after: 8,
  drop: 8,
  lost: 12,
  cut: 8,
  error: 10,
  proxy: 5,
  rate_limit: 6,
  rate_limit_for_seven_seconds: 1,
  dependency: 3,
}
/** Of what changes something. */
const kindsOfChanges: Partial<Record<FaultKind, number>> = {
  ...kinds,
  error_stored: 3,
  error_after: 8,
  conflict: 8,
  lock_timeout: 5,
}
const whileAway: readonly FaultKind[] = ['hang', 'drop', 'error', 'proxy', 'rate_limit']

/** Of the webhooks one in thirty is never sent; of the others most come at once, some twice or more, some so late that others overtake them. */
const deliveriesBy = (random: Random) => (): readonly number[] => {
  if (random.chance(1 / 30)) return []
  const copies = random.pick([1, 1, 1, 2, 2, 3])
  return Array.from({ length: copies }, () =>
    random.int(0, { soon: 300, late: 2_000, overtaken: 5_000 }[random.weighted({ soon: 70, late: 22, overtaken: 8 })]),
  )
}

const booksOf = ({ intents, refunds, disputes }: StripeStandIn): BooksThere => ({
  charges: intents
    .all()
    .filter(({ status }) => status === 'succeeded')
    .map(({ id, metadata, amount_received: amount, currency }) => {
      return { id, orderId: metadata['order_id'] ?? '', amount, currency: currency.toUpperCase() }
    }),
  refunds: refunds.all().map(({ id, payment_intent: chargeId, amount, currency, status, metadata }) => {
    return { id, chargeId, amount, currency: currency.toUpperCase(), status, refundId: metadata['refund_id'] }
  }),
  disputes: disputes.all().map(({ id, payment_intent: chargeId, amount, currency, status }) => {
    const state = status === 'won' || status === 'lost' ? status : 'open'
    return { id, chargeId, amount, currency: currency.toUpperCase(), status: state }
  }),
})

const sumOf = (all: readonly { readonly amount: number }[]): number => all.reduce((sum, { amount }) => sum + amount, 0)

const chargeIn = (books: BooksThere, orderId: string) => {
  const charge = books.charges.find((one) => one.orderId === orderId)
  if (charge === undefined) return undefined
  const gone = [
    ...books.refunds.filter(({ chargeId, status }) => chargeId === charge.id && status !== 'failed'),
    ...books.disputes.filter(({ chargeId, status }) => chargeId === charge.id && status !== 'won'),
  ]
  return { id: charge.id, left: charge.amount - sumOf(gone) }
}

/**
 * Stripe's stand-in, within the process that does all this: it is not killed, as Stripe would not be, and forgets nothing. Its customers
 * go to their bank, or do not come back from it, and its refunds take their time.
 */
export const openStripe = async (random: Random): Promise<OpenedProvider> => {
  const port = await freePort()
  const counts = new Map<string, number>()
  const state = { isTroubled: false, isAway: false }
  const count = (kind: FaultKind): FaultKind => {
    counts.set(kind, (counts.get(kind) ?? 0) + 1)
    return kind
  }
  const trouble = (what: string): FaultKind | undefined => {
    if (state.isAway) return count(random.pick(whileAway))
    if (!state.isTroubled || !random.chance(troubled)) return undefined
    // Weighted by what is listed.
    const weights = (what.startsWith('POST') ? kindsOfChanges : kinds) as Record<FaultKind, number>
    return count(random.weighted(weights))
  }
  const url = `http://127.0.0.1:${port}/v1/webhooks/stripe`
  const stripe = await startStripe({ webhook: { url, secret }, trouble, deliveries: deliveriesBy(random) })
  const { intents, refunds, disputes } = stripe

  const world = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      for (const { id, status } of intents.all())
        if (status === 'requires_action' && random.chance(0.4)) intents.authenticate(id, random.chance(0.75))
      for (const { id, status } of refunds.all())
        if (status === 'pending' && random.chance(0.4)) refunds.become(id, random.chance(0.85) ? 'succeeded' : 'failed')
      await delay(500, undefined, { signal }).catch(() => undefined)
    }
  }
  const stopping = new AbortController()
  const living = world(stopping.signal)

  const away: Fault = {
    name: 'Stripe away',
    strike: async () => {
      state.isAway = true
      await delay(random.int(500, 4_000))
      state.isAway = false
    },
  }

  const under: ProviderUnderChaos = {
    methods,
    books: async () => booksOf(stripe),
    chargeOf: async (orderId) => chargeIn(booksOf(stripe), orderId),
    refundOf: async (chargeId, refundId) =>
      refunds.of(chargeId).find(({ metadata, status }) => metadata['refund_id'] === refundId && status === 'succeeded')
        ?.id,
    refund: async (chargeId, amount) => refunds.create({ payment_intent: chargeId, amount: String(amount) }).id,
    failRefund: async (id) => refunds.become(id, 'failed'),
    async dispute(chargeId, amount) {
      disputes.expectRefundable(chargeId)
      return disputes.open(chargeId, { amount }).id
    },
    closeDispute: async (id, how) => disputes.become(id, how),
    faults: [away],
    begin: () => {
      state.isTroubled = true
    },
    async calm() {
      state.isTroubled = false
      stripe.forgetUndoneKeys()
      await untilTrue('every webhook has been taken in', () => stripe.events.undelivered() === 0)
    },
    troubles: () => counts,
  }
  return {
    environment: {
      PAYMENT_PROVIDER: 'stripe',
      STRIPE_SECRET_KEY: standInKey,
      STRIPE_WEBHOOK_SECRET: secret,
      STRIPE_API_BASE: stripe.url,
    },
    ports: { 'command-api': port },
    method: 'pm_card_visa',
    under: () => under,
    async close() {
      stopping.abort()
      await living
      await stripe.close()
    },
  }
}
