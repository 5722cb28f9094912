import { expect } from 'chai'
import type { ListedPayment, PaymentListing } from '../../payment-providers/listing.ts'
import { pacedListing } from './paced-listing.ts'

const nobody = new AbortController().signal

describe('the pace of calls', () => {
  it('is kept by lists for each page, and by look-ups', async () => {
    let turns = 0
    const payment: ListedPayment = {
      providerPaymentId: 'pi_1',
      owner: undefined,
      status: 'captured',
      money: undefined,
      createdAt: new Date(0),
    }
    async function* many() {
      for (let count = 0; count < 250; count += 1) yield payment
    }
    async function* none() {}
    const listing: PaymentListing = {
      payments: many,
      refunds: none,
      disputes: none,
      payment: async () => payment,
      refund: async () => undefined,
      dispute: async () => undefined,
    }
    const paced = pacedListing(listing, async () => {
      turns += 1
    })
    let listed = 0
    for await (const _ of paced.payments(new Date(0), nobody)) listed += 1
    expect([listed, turns]).to.deep.equal([250, 3])
    for await (const _ of paced.refunds(new Date(0), nobody)) expect.fail('there are none')
    await paced.payment('pi_1', nobody)
    await paced.refund('re_1', nobody)
    expect(turns).to.equal(6)
    for await (const _ of paced.disputes(new Date(0), nobody)) expect.fail('there are none')
    await paced.dispute('dp_1', nobody)
    expect(turns).to.equal(8)
  })
})
