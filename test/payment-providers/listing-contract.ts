import { expect } from 'chai'
import { OutcomeUnknown, ProviderUnavailable, type ConnectedProvider } from '../../payment-providers/port.ts'
import { chargeRequest, chargeSucceeds, never, orderId } from './contract.ts'
import { rejection } from '../support/rejection.ts'

export type ListingUnderTest = {
  readonly provider: ConnectedProvider
  readonly methods: { readonly ok: string; readonly declined: string; readonly toConfirm: string }
  /** How many pages were asked for, where that can be seen. */
  readonly listCalls: (() => number) | undefined
  /** Another program's payment, under the same account. */
  readonly foreign: () => Promise<string>
  /** In the provider's own dashboard, of a part. Answers the provider's id of it. */
  readonly refundByHand: (providerPaymentId: string, amount: number) => Promise<string>
  /** The customer's bank, of the whole payment. */
  readonly dispute: (providerPaymentId: string) => Promise<{
    readonly id: string
    readonly close: (how: 'lost' | 'won') => Promise<unknown>
  }>
  readonly goAway: () => Promise<void>
  readonly close: () => Promise<void>
}

export const allOf = async <Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> => {
  const all: Item[] = []
  for await (const item of items) all.push(item)
  return all
}

const long = new Date(Date.now() - 3_600_000)
const { paymentId } = chargeRequest('')
const eur = (amount: number) => ({ amount, currency: 'EUR' })

/** What holds of each provider's lists. */
export const describeListing = (name: string, start: () => Promise<ListingUnderTest>): void => {
  describe(`the lists of ${name}, by contract`, () => {
    let under: ListingUnderTest
    beforeEach(async () => {
      under = await start()
    })
    afterEach(() => under.close())
    const payments = (since = long) => allOf(under.provider.listing.payments(since, never))
    const refunds = (since = long) => allOf(under.provider.listing.refunds(since, never))
    const disputes = (since = long) => allOf(under.provider.listing.disputes(since, never))
    const charge = (method: string, key: string) =>
      under.provider.charge(chargeRequest(method, { idempotencyKey: key }), never)

    it('have each payment as it stands, newest first, with whose it is', async () => {
      await charge(under.methods.ok, 'a')
      await charge(under.methods.declined, 'b')
      await charge(under.methods.toConfirm, 'c')
      const listed = await payments()
      expect(listed.map(({ status }) => status)).to.deep.equal(['open', 'failed', 'captured'])
      for (const { owner, money } of listed) expect([owner, money]).to.deep.equal([{ orderId, paymentId }, eur(1999)])
      expect(listed.every(({ createdAt }) => createdAt > long && createdAt.getTime() <= Date.now())).to.equal(true)
    })

    it('have a payment that is none of ours, and say so', async () => {
      await under.foreign()
      const [listed] = await payments()
      expect(listed).to.deep.include({ owner: undefined, status: 'captured', money: eur(700) })
    })

    it('have each refund, with the attempt of ours that it is', async () => {
      const { providerPaymentId } = await chargeSucceeds(under.provider, chargeRequest(under.methods.ok))
      const asked = { orderId, providerPaymentId, refundId: 'full', attempt: 1, amount: 400, currency: 'EUR' }
      const made = await under.provider.refund({ ...asked, idempotencyKey: 'full-1' }, never)
      if (made.kind !== 'succeeded') expect.fail(made.kind)
      const [listed, ...more] = await refunds()
      expect(more).to.deep.equal([])
      expect(listed).to.deep.include({
        providerRefundId: made.providerRefundId,
        providerPaymentId,
        orderId,
        claim: { refundId: 'full', attempt: 1 },
        status: { kind: 'succeeded' },
        money: eur(400),
      })
      expect(await under.provider.listing.refund(made.providerRefundId, never)).to.deep.equal(listed)
      expect(await under.provider.listing.payment(providerPaymentId, never)).to.deep.equal((await payments())[0])
    })

    it('have a refund that was made in the dashboard, as no attempt of ours', async () => {
      const { providerPaymentId } = await chargeSucceeds(under.provider, chargeRequest(under.methods.ok))
      const providerRefundId = await under.refundByHand(providerPaymentId, 500)
      const [listed] = await refunds()
      expect(listed).to.deep.include({ providerRefundId, providerPaymentId, claim: undefined, money: eur(500) })
      expect(listed?.status).to.deep.equal({ kind: 'succeeded' })
      expect(await under.provider.listing.refund(providerRefundId, never)).to.deep.equal(listed)
    })

    it('have each dispute as it stands, with whose payment it is about', async () => {
      const { providerPaymentId } = await chargeSucceeds(under.provider, chargeRequest(under.methods.ok))
      const { id, close } = await under.dispute(providerPaymentId)
      const dispute = { providerDisputeId: id, providerPaymentId, owner: { orderId, paymentId }, money: eur(1999) }
      const [listed, ...more] = await disputes()
      expect(more).to.deep.equal([])
      expect(listed).to.deep.include({ ...dispute, status: 'open' })
      expect(await under.provider.listing.dispute(id, never)).to.deep.equal(listed)
      for (const status of ['lost', 'won'] as const) {
        await close(status)
        expect((await disputes())[0]).to.deep.include({ ...dispute, status })
      }
    })

    it("have a dispute of another program's payment, and say so", async () => {
      await under.dispute(await under.foreign())
      expect((await disputes()).map(({ owner, money }) => [owner, money])).to.deep.equal([[undefined, eur(700)]])
    })

    it('have all of more than a page, each once', async () => {
      for (let index = 0; index < 205; index += 1) await charge(under.methods.ok, `${index}`)
      const ids = (await payments()).map(({ providerPaymentId }) => providerPaymentId)
      expect([ids.length, new Set(ids).size]).to.deep.equal([205, 205])
      if (under.listCalls !== undefined) expect(under.listCalls()).to.equal(3)
    })

    it('ask for a page only when it is needed', async () => {
      for (let index = 0; index < 101; index += 1) await charge(under.methods.ok, `${index}`)
      for await (const _ of under.provider.listing.payments(long, never)) break
      if (under.listCalls !== undefined) expect(under.listCalls()).to.equal(1)
    })

    it('have nothing from before', async () => {
      await charge(under.methods.ok, 'a')
      const later = new Date(Date.now() + 60_000)
      const { providerPaymentId } = await chargeSucceeds(under.provider, chargeRequest(under.methods.ok))
      await under.dispute(providerPaymentId)
      expect([await payments(later), await refunds(later), await disputes(later)]).to.deep.equal([[], [], []])
    })

    it('say of what there never was that it never was', async () => {
      const { listing } = under.provider
      const asked = [listing.payment('no', never), listing.refund('no', never), listing.dispute('no', never)]
      expect(await Promise.all(asked)).to.deep.equal([undefined, undefined, undefined])
    })

    it('say that the provider is away, and not that there is nothing', async () => {
      await under.goAway()
      for (const asked of [payments(), refunds(), disputes(), under.provider.listing.payment('pi_1', never)]) {
        const error = await rejection(asked)
        expect(error instanceof ProviderUnavailable || error instanceof OutcomeUnknown, String(error)).to.equal(true)
      }
    })
  })
}
