import { z } from 'zod'
import { OutcomeUnknown } from '../port.ts'
import {
  listedAtOnce,
  type ListedDispute,
  type ListedPayment,
  type ListedRefund,
  type PaymentListing,
} from '../listing.ts'
import type { JsonAnswer } from './json-calls.ts'

type Get = (path: string, signal: AbortSignal) => Promise<JsonAnswer>

const made = { id: z.string().min(1), amount: z.int(), currency: z.string(), createdAt: z.iso.datetime() }
const charge = z.object({
  ...made,
  orderId: z.string(),
  paymentId: z.string(),
  status: z.enum(['pending', 'action_required', 'succeeded', 'failed', 'cancelled']),
})
const refund = z.object({
  ...made,
  providerPaymentId: z.string().min(1),
  orderId: z.string().optional(),
  // Of one that was made in the dashboard neither.
  refundId: z.string().optional(),
  attempt: z.int().positive().optional(),
  status: z.enum(['pending', 'succeeded', 'failed']),
  code: z.string().default('declined'),
})
const dispute = z.object({
  ...made,
  providerPaymentId: z.string().min(1),
  orderId: z.string().optional(),
  paymentId: z.string().optional(),
  status: z.enum(['open', 'won', 'lost']),
})
const pageOf = <Item extends z.ZodType>(item: Item) => z.object({ items: z.array(item), hasMore: z.boolean() })

const statuses = {
  pending: 'open',
  action_required: 'open',
  succeeded: 'captured',
  failed: 'failed',
  cancelled: 'cancelled',
} as const

/** Orders here have UUIDs: anything else is nobody's here. */
const owner = z.object({ orderId: z.uuid(), paymentId: z.uuid() })

const paymentOf = ({ id, status, ...rest }: z.output<typeof charge>): ListedPayment => ({
  providerPaymentId: id,
  owner: owner.safeParse(rest).data,
  status: statuses[status],
  money: { amount: rest.amount, currency: rest.currency },
  createdAt: new Date(rest.createdAt),
})

const refundOf = (listed: z.output<typeof refund>): ListedRefund => {
  const { id, providerPaymentId, orderId, refundId, attempt, status, code, amount, currency, createdAt } = listed
  return {
    providerRefundId: id,
    providerPaymentId,
    orderId: z.uuid().safeParse(orderId).data,
    claim: refundId === undefined || attempt === undefined ? undefined : { refundId, attempt },
    status: status === 'failed' ? { kind: status, code } : { kind: status },
    money: { amount, currency },
    createdAt: new Date(createdAt),
  }
}

const disputeOf = ({ id, providerPaymentId, status, ...rest }: z.output<typeof dispute>): ListedDispute => ({
  providerDisputeId: id,
  providerPaymentId,
  owner: owner.safeParse(rest).data,
  status,
  money: { amount: rest.amount, currency: rest.currency },
  createdAt: new Date(rest.createdAt),
})

const read = <Body extends z.ZodType>({ status, body }: JsonAnswer, schema: Body): z.output<Body> => {
  const { data, success } = schema.safeParse(body)
  if (status !== 200 || !success) throw new OutcomeUnknown(`the provider answered ${status} to a list`)
  return data
}

const isUnknown = ({ status, body }: JsonAnswer, error: string): boolean =>
  status === 404 && z.object({ error: z.literal(error) }).safeParse(body).success

/** The mock provider's lists. */
export const mockListing = (get: Get): PaymentListing => {
  async function* all<Item extends { readonly id: string }>(
    path: string,
    item: z.ZodType<Item>,
    since: Date,
    signal: AbortSignal,
  ): AsyncGenerator<Item> {
    let after: string | undefined
    do {
      const query = new URLSearchParams({ since: since.toISOString(), limit: String(listedAtOnce) })
      if (after !== undefined) query.set('after', after)
      const { items, hasMore } = read(await get(`${path}?${query.toString()}`, signal), pageOf(item))
      yield* items
      after = hasMore ? items.at(-1)?.id : undefined
    } while (after !== undefined)
  }

  return {
    async *payments(since, signal) {
      for await (const one of all('/v1/lists/charges', charge, since, signal)) yield paymentOf(one)
    },
    async *refunds(since, signal) {
      for await (const one of all('/v1/lists/refunds', refund, since, signal)) yield refundOf(one)
    },
    async *disputes(since, signal) {
      for await (const one of all('/v1/lists/disputes', dispute, since, signal)) yield disputeOf(one)
    },
    async payment(providerPaymentId, signal) {
      const answer = await get(`/v1/charges/${encodeURIComponent(providerPaymentId)}`, signal)
      return isUnknown(answer, 'unknown_payment') ? undefined : paymentOf(read(answer, charge))
    },
    async refund(providerRefundId, signal) {
      const answer = await get(`/v1/refunds/${encodeURIComponent(providerRefundId)}`, signal)
      return isUnknown(answer, 'unknown_refund') ? undefined : refundOf(read(answer, refund))
    },
    async dispute(providerDisputeId, signal) {
      const answer = await get(`/v1/disputes/${encodeURIComponent(providerDisputeId)}`, signal)
      return isUnknown(answer, 'unknown_dispute') ? undefined : disputeOf(read(answer, dispute))
    },
  }
}
