import { Router } from 'express'
import { z } from 'zod'
import type { Ledger } from './ledger.ts'
import type { Charge, Dispute, Refund } from './records.ts'

const text = z.string().min(1)
const pageSchema = z.strictObject({
  since: z.iso.datetime(),
  /** The last id of the page before. */
  after: text.optional(),
  limit: z.coerce.number().int().min(1).max(100),
})

/** Newest first. */
const pageOf = <Item extends Charge | Refund | Dispute>(items: readonly Item[], query: unknown) => {
  const { since, after, limit } = pageSchema.parse(query)
  const newestFirst = items.filter(({ createdAt }) => Date.parse(createdAt) >= Date.parse(since)).toReversed()
  const from = after === undefined ? 0 : newestFirst.findIndex(({ id }) => id === after) + 1
  return { items: newestFirst.slice(from, from + limit), hasMore: from + limit < newestFirst.length }
}

/** What the provider has, for whoever compares books with it: a page at a time, or one by its id. */
export const lists = (ledger: Ledger): Router => {
  const shownCharge = ({ idempotencyKey: _key, settlesAt: _time, ...charge }: Charge) => charge
  const shownRefund = ({ idempotencyKey: _key, settlesAt: _time, ...refund }: Refund) => ({
    ...refund,
    orderId: ledger.charge(refund.providerPaymentId)?.orderId,
  })
  const shownDispute = (dispute: Dispute) => {
    const charge = ledger.charge(dispute.providerPaymentId)
    return { ...dispute, orderId: charge?.orderId, paymentId: charge?.paymentId }
  }
  return Router()
    .get('/v1/lists/charges', (request, response) => {
      const { items, hasMore } = pageOf(ledger.charges(), request.query)
      response.json({ items: items.map(shownCharge), hasMore })
    })
    .get('/v1/lists/refunds', (request, response) => {
      const { items, hasMore } = pageOf(ledger.refunds(), request.query)
      response.json({ items: items.map(shownRefund), hasMore })
    })
    .get('/v1/lists/disputes', (request, response) => {
      const { items, hasMore } = pageOf(ledger.disputes(), request.query)
      response.json({ items: items.map(shownDispute), hasMore })
    })
    .get('/v1/charges/:id', (request, response) => {
      const found = ledger.charge(text.parse(request.params['id']))
      if (found === undefined) response.status(404).json({ error: 'unknown_payment' })
      else response.json(shownCharge(found))
    })
    .get('/v1/refunds/:id', (request, response) => {
      const found = ledger.refund(text.parse(request.params['id']))
      if (found === undefined) response.status(404).json({ error: 'unknown_refund' })
      else response.json(shownRefund(found))
    })
    .get('/v1/disputes/:id', (request, response) => {
      const found = ledger.dispute(text.parse(request.params['id']))
      if (found === undefined) response.status(404).json({ error: 'unknown_dispute' })
      else response.json(shownDispute(found))
    })
}
