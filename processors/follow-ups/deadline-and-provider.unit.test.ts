import { expect } from 'chai'
import { usualDeadlines } from '../../domain/orders/deadline.ts'
import { streams } from '../../domain/shared/streams.ts'
import { BreakerOpen, HeldBack, OutcomeUnknown, ProviderUnavailable } from '../../infrastructure/outside/errors.ts'
import type { Turns } from '../../infrastructure/time/turns.ts'
import { createShop, orderId, type Shop } from '../../test/processors/shop.ts'
import type { ChargeResult } from '../../payment-providers/port.ts'

const order = streams.order(orderId)
const minute = 60_000

/** An order whose payment the provider has in hand, as far as it answered; its deadline has come. */
const atDeadline = async (charged: ChargeResult | Error = { kind: 'pending' }, turns?: Turns): Promise<Shop> => {
  const shop = createShop(undefined, turns === undefined ? {} : { turns })
  await shop.stock('A', 5)
  await shop.place({ A: 2 })
  shop.provider.next('charge', charged)
  await shop.run()
  shop.advance(charged instanceof Error || charged.kind !== 'action_required' ? 30 * minute : 60 * minute)
  return shop
}
const calls = ({ provider }: Shop, name: string) => provider.calls.filter((call) => call === name).length

describe('the deadline of an order, and the breaker in front of the provider', () => {
  it('takes no turn while that is open, and asks nobody: the customer is told', async () => {
    let turns = 0
    const counted: Turns = {
      lane:
        () =>
        async (isWanted = () => true) => {
          if (isWanted()) turns += 1
          return isWanted()
        },
      takeFree: () => true,
    }
    const shop = await atDeadline(undefined, counted)
    shop.setProvider(() => 'open')
    await shop.passes.deadline()
    expect([turns, calls(shop, 'cancel')]).to.deep.equal([0, 0])
    expect(shop.types(order)).to.deep.equal(['OrderPlaced', 'OrderDelayed'])
  })

  it('is asked about one at a time while that is half open; the others are as due as they were, and told nothing', async () => {
    const shop = await atDeadline()
    const asked = Promise.withResolvers<undefined>()
    shop.provider.cancel = async () => {
      await asked.promise
      return { kind: 'cancelled' }
    }
    const second = '22222222-2222-4222-8222-222222222222'
    shop.provider.next('charge', { kind: 'pending' })
    await shop.place({ A: 1 }, second)
    await shop.run()
    shop.advance(30 * minute)
    shop.setProvider(() => 'half_open')
    const pass = shop.passes.deadline()
    await new Promise((resolve) => setTimeout(resolve, 0))
    asked.resolve(undefined)
    await pass
    expect(shop.types(order)).to.deep.equal(['OrderPlaced', 'OrderCancelled'])
    expect(shop.types(streams.order(second))).to.deep.equal(['OrderPlaced'])
    shop.setProvider(() => 'closed')
    await shop.passes.deadline()
    expect(shop.types(streams.order(second))).to.deep.equal(['OrderPlaced', 'OrderCancelled'])
  })

  it('does not wait for a turn at the latest, and expires the order', async () => {
    const never: Turns = { lane: () => () => new Promise(() => undefined), takeFree: () => false }
    const shop = await atDeadline(undefined, never)
    shop.advance(90 * minute)
    await shop.passes.latest()
    expect(calls(shop, 'cancel')).to.equal(0)
    expect(shop.types(order)).to.deep.equal(['OrderPlaced', 'OrderCancelled'])
  })

  it('takes its lease only when its turn has come', async () => {
    const turn = Promise.withResolvers<boolean>()
    const shop = await atDeadline(undefined, { lane: () => () => turn.promise, takeFree: () => false })
    const pass = shop.passes.deadline()
    await new Promise((resolve) => setTimeout(resolve, 0))
    expect(await shop.leases.isLeased('deadline', orderId)).to.equal(false)
    shop.provider.next('cancel', { kind: 'cancelled' })
    turn.resolve(true)
    await pass
    expect(shop.types(order)).to.deep.equal(['OrderPlaced', 'OrderCancelled'])
  })

  it('tells the customer of the delay where only the breaker of the looks is open', async () => {
    const shop = await atDeadline()
    shop.provider.next('cancel', new BreakerOpen('of the looks'))
    await shop.passes.deadline()
    expect(shop.types(order)).to.deep.equal(['OrderPlaced', 'OrderDelayed'])
  })

  it('tells the customer of no delay where the provider was not asked, or has answered', async () => {
    for (const answer of [
      new HeldBack('limited'),
      { kind: 'pending' },
      { kind: 'action_required', url: 'https://bank.example/1' },
    ] as const) {
      const shop = await atDeadline()
      shop.provider.next('cancel', answer)
      await shop.passes.deadline()
      expect(calls(shop, 'cancel')).to.equal(1)
      expect(shop.types(order)).to.deep.equal(['OrderPlaced'])
    }
  })

  it('looks again soon at an order about which the provider was not asked', async () => {
    const shop = await atDeadline()
    shop.provider.next('cancel', new HeldBack('limited'))
    await shop.passes.deadline()
    shop.provider.next('cancel', { kind: 'cancelled' })
    shop.advance(usualDeadlines.callLimit)
    await shop.passes.deadline()
    expect(shop.types(order)).to.deep.equal(['OrderPlaced', 'OrderCancelled'])
  })

  it('does not tell a customer who has to confirm the payment that there is nothing to do', async () => {
    for (const answer of [new OutcomeUnknown('time-out'), new ProviderUnavailable('refused')]) {
      const shop = await atDeadline({ kind: 'action_required', url: 'https://bank.example/1' })
      shop.provider.next('cancel', answer)
      await shop.passes.deadline()
      expect(calls(shop, 'cancel')).to.equal(1)
      expect(shop.types(order)).to.deep.equal(['OrderPlaced'])
    }
  })
})
