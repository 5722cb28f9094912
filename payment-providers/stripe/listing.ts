import type Stripe from 'stripe'
import {
  listedAtOnce,
  type ListedDispute,
  type ListedPayment,
  type ListedRefund,
  type PaymentListing,
} from '../listing.ts'
import { fromStripeAmount } from './amounts.ts'
import { isMissing } from './answers.ts'
import type { StripeCalls } from './calls.ts'
import { disputeStatusOf } from './dispute-status.ts'
import { paymentIdsIn, refundIdsIn } from './metadata.ts'
import { chargeResultOf } from './payments.ts'
import { refundResultOf } from './refunds.ts'

const statusOf = (payment: Stripe.PaymentIntent): ListedPayment['status'] => {
  if (payment.status === 'succeeded') return 'captured'
  const { kind } = chargeResultOf(payment)
  return kind === 'failed' || kind === 'cancelled' ? kind : 'open'
}

const paymentOf = (payment: Stripe.PaymentIntent): ListedPayment => {
  const status = statusOf(payment)
  return {
    providerPaymentId: payment.id,
    owner: paymentIdsIn(payment.metadata),
    status,
    money: fromStripeAmount(status === 'captured' ? payment.amount_received : payment.amount, payment.currency),
    createdAt: new Date(payment.created * 1_000),
  }
}

const refundOf = (refund: Stripe.Refund, providerPaymentId: string): ListedRefund => {
  const { id, amount, currency, created, metadata } = refund
  const ids = refundIdsIn(metadata)
  const result = refundResultOf(refund)
  return {
    providerRefundId: id,
    providerPaymentId,
    orderId: ids?.orderId,
    claim: ids === undefined ? undefined : { refundId: ids.refundId, attempt: ids.attempt },
    status:
      result.kind === 'failed'
        ? { kind: 'failed', code: result.code }
        : { kind: result.kind === 'succeeded' ? 'succeeded' : 'pending' },
    money: fromStripeAmount(amount, currency),
    createdAt: new Date(created * 1_000),
  }
}

/** Undefined: of a charge that was made without a PaymentIntent, so not by the shop. */
const disputeOf = ({ id, payment_intent: payment, ...said }: Stripe.Dispute): ListedDispute | undefined => {
  if (payment === null) return undefined
  return {
    providerDisputeId: id,
    providerPaymentId: typeof payment === 'string' ? payment : payment.id,
    owner: typeof payment === 'string' ? undefined : paymentIdsIn(payment.metadata),
    status: disputeStatusOf(said.status),
    money: fromStripeAmount(said.amount, said.currency),
    createdAt: new Date(said.created * 1_000),
  }
}

/** Undefined: as of a dispute. */
const paymentOfRefund = ({ payment_intent: payment }: Stripe.Refund): string | undefined =>
  (typeof payment === 'string' ? payment : payment?.id) ?? undefined

/** A dispute says nothing of us, its payment does (docs.stripe.com/api/expanding_objects). */
const withPayment = { one: ['payment_intent'], list: ['data.payment_intent'] }

type Page<Item> = { readonly data: Item[]; readonly has_more: boolean }

/** Stripe's lists, by `created` (docs.stripe.com/api/pagination). A page a call, so that the limit of time and the breaker are of one request. */
export const stripeListing = ({ lookUp }: Pick<StripeCalls, 'lookUp'>): PaymentListing => {
  async function* all<Item extends { readonly id: string }>(
    signal: AbortSignal,
    since: Date,
    list: (stripe: Stripe, parameters: Stripe.PaginationParams & { created: { gte: number } }) => Promise<Page<Item>>,
    of?: 'disputes',
  ): AsyncGenerator<Item> {
    const created = { gte: Math.floor(since.getTime() / 1_000) }
    let after: string | undefined
    do {
      const from = after === undefined ? {} : { starting_after: after }
      const page = await lookUp(signal, (stripe) => list(stripe, { created, limit: listedAtOnce, ...from }), of)
      yield* page.data
      after = page.has_more ? page.data.at(-1)?.id : undefined
    } while (after !== undefined)
  }

  const one = async <Item>(signal: AbortSignal, retrieve: (stripe: Stripe) => Promise<Item>, of?: 'disputes') => {
    try {
      return await lookUp(signal, retrieve, of)
    } catch (error) {
      if (isMissing(error)) return undefined
      throw error
    }
  }

  return {
    async *payments(since, signal) {
      const list = all(signal, since, (stripe, parameters) => stripe.paymentIntents.list(parameters))
      for await (const payment of list) yield paymentOf(payment)
    },
    async *refunds(since, signal) {
      for await (const refund of all(signal, since, (stripe, parameters) => stripe.refunds.list(parameters))) {
        const payment = paymentOfRefund(refund)
        if (payment !== undefined) yield refundOf(refund, payment)
      }
    },
    async *disputes(since, signal) {
      const list = all(
        signal,
        since,
        (stripe, parameters) => stripe.disputes.list({ ...parameters, expand: withPayment.list }),
        'disputes',
      )
      for await (const dispute of list) {
        const listed = disputeOf(dispute)
        if (listed !== undefined) yield listed
      }
    },
    async payment(id, signal) {
      const found = await one(signal, (stripe) => stripe.paymentIntents.retrieve(id))
      return found && paymentOf(found)
    },
    async refund(id, signal) {
      const found = await one(signal, (stripe) => stripe.refunds.retrieve(id))
      const payment = found && paymentOfRefund(found)
      return found === undefined || payment === undefined ? undefined : refundOf(found, payment)
    },
    async dispute(id, signal) {
      const found = await one(signal, (stripe) => stripe.disputes.retrieve(id, { expand: withPayment.one }), 'disputes')
      return found && disputeOf(found)
    },
  }
}
