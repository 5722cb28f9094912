import { listedAtOnce, type PaymentListing } from '../../payment-providers/listing.ts'
import type { Pace } from '../../infrastructure/time/pace.ts'

async function* pagesPaced<Item>(items: AsyncIterable<Item>, pace: Pace): AsyncGenerator<Item> {
  let sinceCall = 0
  await pace()
  for await (const item of items) {
    yield item
    sinceCall += 1
    // The next one takes a call.
    if (sinceCall % listedAtOnce === 0) await pace()
  }
}

/** The same lists, with each call in its turn: the provider's limits are for the customers who pay. */
export const pacedListing = (listing: PaymentListing, pace: Pace): PaymentListing => ({
  payments: (since, signal) => pagesPaced(listing.payments(since, signal), pace),
  refunds: (since, signal) => pagesPaced(listing.refunds(since, signal), pace),
  disputes: (since, signal) => pagesPaced(listing.disputes(since, signal), pace),
  payment: async (id, signal) => {
    await pace()
    return listing.payment(id, signal)
  },
  refund: async (id, signal) => {
    await pace()
    return listing.refund(id, signal)
  },
  dispute: async (id, signal) => {
    await pace()
    return listing.dispute(id, signal)
  },
})
