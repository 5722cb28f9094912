import { expect } from 'chai'
import { StoreUnavailable, type ParkedMessage, type StoredEvent } from '../../infrastructure/event-store/port.ts'
import { createParkedOrders } from './parked-orders.ts'

const parkedMessage = (key: string): ParkedMessage => ({
  number: 0n,
  parkedAt: new Date(0),
  reason: '',
  event: { id: key } as StoredEvent,
})

const watched = () => {
  const set = { time: 0, parkedMessages: [parkedMessage('a')], reads: [] as string[], away: false }
  const store = {
    async *parkedMessages(group: string) {
      set.reads.push(group)
      if (set.away) throw new StoreUnavailable('away')
      yield* set.parkedMessages
    },
  }
  return {
    set,
    isParked: createParkedOrders(
      store,
      ({ id }) => id,
      () => new Date(set.time),
    ),
  }
}

describe('orders that stand in front of a person', () => {
  it('are those with a parked message, read once for all who ask at a time', async () => {
    const { set, isParked } = watched()
    expect(
      await Promise.all([isParked('inventory', 'a'), isParked('inventory', 'b'), isParked('inventory', 'a')]),
    ).to.deep.equal([true, false, true])
    expect(set.reads).to.deep.equal(['inventory'])
    set.parkedMessages = [parkedMessage('b')]
    set.time = 4_999
    expect(await isParked('inventory', 'b')).to.equal(false)
    set.time = 5_000
    expect(await isParked('inventory', 'b')).to.equal(true)
    expect(await isParked('payment', 'b')).to.equal(true)
    expect(set.reads).to.deep.equal(['inventory', 'inventory', 'payment'])
  })

  it('are not known while the store is away, and are asked for again', async () => {
    const { set, isParked } = watched()
    set.away = true
    expect(await isParked('inventory', 'a').catch((error: unknown) => error)).to.be.instanceOf(StoreUnavailable)
    set.away = false
    expect(await isParked('inventory', 'a')).to.equal(true)
  })
})
