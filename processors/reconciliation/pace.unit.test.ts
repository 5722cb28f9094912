import { expect } from 'chai'
import type { ListedPayment, PaymentListing } from '../../payment-providers/listing.ts'
import { createPace } from './pace.ts'
import { pacedListing } from './paced-listing.ts'

const nobody = new AbortController().signal

describe('the pace of calls', () => {
  it('is so many a second, the first at once', async () => {
    let time = 1_000
    const begun: number[] = []
    const pace = createPace(4, {
      now: () => time,
      sleep: async (milliseconds) => {
        time += milliseconds
      },
    })
    for (let call = 0; call < 4; call += 1) {
      await pace()
      begun.push(time)
    }
    time += 10_000
    await pace()
    expect(begun).to.deep.equal([1_000, 1_250, 1_500, 1_750])
    expect(time, 'what was not used is not saved').to.equal(11_750)
  })

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
      payment: async () => payment,
      refund: async () => undefined,
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
  })
})
