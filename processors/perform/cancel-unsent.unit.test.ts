import { expect } from 'chai'
import { paymentDecider } from '../../domain/payments/payment.ts'
import { OutcomeUnknown, ProviderUnavailable } from '../../infrastructure/outside/errors.ts'
import { cancelled, charge, minute, payment, requested } from '../../test/processors/paying.ts'
import { orderId, stoppedEverywhere, type Shop } from '../../test/processors/shop.ts'
import { paymentKey } from './intent.ts'

const calledOff = ['PaymentRequested', 'PaymentVoided', 'PaymentFailed']
const claimOf = (shop: Shop) =>
  shop.leases.claim(
    { kind: 'payment', key: paymentKey(orderId), since: shop.now(), eventId: shop.last('PaymentRequested').id },
    { onlyDue: true },
  )

describe('cancelling a charge that was never sent', () => {
  it('needs no call: it is over at once, also while the provider is away', async () => {
    const shop = await requested()
    for (const wait of [0, 30_000]) {
      shop.provider.next('charge', new ProviderUnavailable('refused'))
      shop.advance(wait)
      await (wait === 0 ? charge(shop) : shop.pass())
    }
    await cancelled(shop)
    expect(shop.provider.calls).to.deep.equal(['charge', 'charge'])
    expect(shop.types(payment)).to.deep.equal(calledOff)
    expect(shop.ofStream(payment).at(-1)).to.include({ type: 'PaymentFailed', code: 'cancelled' })
  })

  it('is not undone by a charge that was waiting for its turn: it finds that there is nothing to do', async () => {
    const shop = await requested()
    await cancelled(shop)
    expect(shop.types(payment)).to.deep.equal(calledOff)
    await charge(shop)
    shop.advance(24 * 60 * minute)
    await shop.pass()
    expect(shop.provider.calls).to.deep.equal([])
    expect(shop.types(payment)).to.deep.equal(calledOff)
  })

  /** Nobody knows that it was sent, and it was, or may have been. */
  const doubts: Readonly<Record<string, (shop: Shop) => Promise<unknown>>> = {
    'it was sent, and not answered': async (shop) => {
      shop.provider.next('charge', new OutcomeUnknown('time-out'))
      await charge(shop)
    },
    'another process has just taken it up': async (shop) => {
      await claimOf(shop)
      await cancelled(shop)
      expect(shop.provider.calls, 'while that has its lease').to.deep.equal([])
      shop.advance(minute)
      await shop.pass()
    },
    'another process took it up, and has died since': async (shop) => {
      await claimOf(shop)
      shop.advance(minute)
    },
    'a database has been put in place that knows of nothing': async (shop) => {
      shop.provider.next('charge', { kind: 'pending' })
      await charge(shop)
      shop.leases.failOver(minute)
      shop.advance(10 * minute)
    },
    'it was asked for longer ago than is remembered': async (shop) => {
      shop.advance(12 * 60 * minute)
    },
    'it was asked for by a clock that may be ahead of that of a database which has just been put in place': async (
      shop,
    ) => {
      shop.leases.failOver(minute)
      shop.advance(3 * minute)
      const asked = shop.last('PaymentRequested')
      expect(asked.metadata).to.have.property('occurredAt')
      Object.assign(asked.metadata as object, { occurredAt: shop.now().toISOString() })
    },
  }

  for (const [doubt, happens] of Object.entries(doubts)) {
    it(`asks the provider where ${doubt}`, async () => {
      const shop = await requested()
      await happens(shop)
      await cancelled(shop)
      expect(shop.provider.calls.at(-1)).to.equal('cancel')
      expect(shop.types(payment).at(-1)).to.equal('PaymentFailed')
    })
  }

  it('comes to its outcome wherever it is cut off, and asks where somebody has died over it', async () => {
    const voided = async () => {
      const shop = await requested()
      await shop.command({ type: 'CancelOrder', orderId, reason: 'customer' })
      const command = { type: 'VoidOrRefund', orderId, reason: 'order_cancelled' } as const
      await shop.commands.handle(paymentDecider, payment, command, shop.context())
      return shop
    }
    const asked = new Set<string>()
    for (const shop of await stoppedEverywhere(voided, (each) => each.deliver('payment', each.last('PaymentVoided')))) {
      shop.advance(2 * minute)
      await shop.pass()
      expect(shop.types(payment)).to.deep.equal(calledOff)
      expect(shop.provider.charges).to.deep.equal([])
      asked.add(shop.provider.calls.join())
    }
    expect([...asked].sort()).to.deep.equal(['', 'cancel'])
  })
})
