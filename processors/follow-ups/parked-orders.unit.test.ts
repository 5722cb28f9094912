import { expect } from 'chai'
import { StoreUnavailable, type ParkedMessage, type StoredEvent } from '../../infrastructure/event-store/port.ts'
import type { Resolution } from '../dead-letters/resolutions.ts'
import { createParkedOrders } from './parked-orders.ts'

const retried = (resolution: Pick<Resolution, 'resolvedAt' | 'lastFailure'>): Resolution => ({
  kind: 'retry',
  decidedBy: 'olga',
  retries: 1,
  ...resolution,
})
const resolved = retried({ resolvedAt: new Date(0), lastFailure: undefined })
const failedAgain = retried({ resolvedAt: undefined, lastFailure: 'unexpected_error: no' })

/** A store with the same parked messages in every group, one for each order that is named, and the resolutions that are put beside them. */
const watched = (...orders: readonly string[]) => {
  const set = {
    time: 0,
    orders: [...orders],
    oldest: 0,
    reads: [] as string[],
    /** Where a read breaks off. */
    breaksAt: Infinity,
    resolutions: new Map<bigint, Resolution>(),
    asked: [] as (readonly bigint[])[],
  }
  const messageAt = (number: number): ParkedMessage => ({
    number: BigInt(number),
    parkedAt: new Date(0),
    reason: '',
    event: { id: set.orders[number] } as StoredEvent,
  })
  const isParked = createParkedOrders({
    store: {
      async *parkedMessages(group, { from = 0n, limit = Infinity } = {}) {
        if (limit === Infinity) set.reads.push(`${group} from ${from}`)
        const first = Math.max(Number(from), set.oldest)
        for (let number = first; number < Math.min(set.orders.length, first + limit); number += 1) {
          if (number >= set.breaksAt) throw new StoreUnavailable('away')
          yield messageAt(number)
        }
      },
    },
    resolutions: {
      of: async (_group, numbers) => {
        set.asked.push(numbers)
        return new Map([...set.resolutions].filter(([number]) => numbers.includes(number)))
      },
    },
    keyOf: ({ id }) => id,
    now: () => new Date(set.time),
  })
  /** When what was read is believed no longer. */
  const later = () => {
    set.time += 5_000
  }
  return { set, isParked, later }
}

describe('orders that stand in front of a person', () => {
  it('are those with a parked message, read once for all who ask at a time', async () => {
    const { set, isParked } = watched('a')
    expect(
      await Promise.all([isParked('inventory', 'a'), isParked('inventory', 'b'), isParked('inventory', 'a')]),
    ).to.deep.equal([true, false, true])
    expect(set.reads).to.deep.equal(['inventory from 0'])
    set.orders.push('b')
    set.time = 4_999
    expect(await isParked('inventory', 'b')).to.equal(false)
    set.time = 5_000
    expect(await isParked('inventory', 'b')).to.equal(true)
    expect(await isParked('payment', 'b')).to.equal(true)
    expect(set.reads).to.deep.equal(['inventory from 0', 'inventory from 1', 'payment from 0'])
  })

  it('are not those whose messages have all been retried with success', async () => {
    const { set, isParked } = watched('a', 'b', 'a')
    set.resolutions.set(0n, resolved)
    expect(await isParked('inventory', 'a')).to.equal(true)
    set.resolutions.set(2n, failedAgain)
    expect(await isParked('inventory', 'a')).to.equal(true)
    set.resolutions.set(2n, resolved)
    expect(await isParked('inventory', 'a')).to.equal(false)
    expect(await isParked('inventory', 'b')).to.equal(true)
    expect(set.asked.at(0)).to.deep.equal([0n, 2n])
  })

  it('are no question to the database where no message is about the order', async () => {
    const { set, isParked } = watched('a')
    expect(await isParked('inventory', 'b')).to.equal(false)
    expect(set.asked).to.deep.equal([])
  })

  it('are found behind any number of messages', async () => {
    const { isParked } = watched(...Array.from({ length: 10_001 }, (_, number) => `order ${number}`))
    expect(await isParked('inventory', 'order 10000')).to.equal(true)
  })

  it('are not those whose messages were replayed in the interface of the store', async () => {
    const { set, isParked, later } = watched('a', 'b')
    expect(await isParked('inventory', 'a')).to.equal(true)
    set.oldest = 1
    later()
    expect(await isParked('inventory', 'a')).to.equal(false)
    expect(await isParked('inventory', 'b')).to.equal(true)
    set.oldest = 2
    later()
    expect(await isParked('inventory', 'b')).to.equal(false)
    // Parked once more.
    set.orders.push('a')
    later()
    expect(await isParked('inventory', 'a')).to.equal(true)
  })

  it('are not known while the store is away, and are asked for again, from where the read broke off', async () => {
    const { set, isParked } = watched('a', 'b')
    set.breaksAt = 1
    expect(await isParked('inventory', 'a').catch((error: unknown) => error)).to.be.instanceOf(StoreUnavailable)
    set.breaksAt = Infinity
    expect(await isParked('inventory', 'b')).to.equal(true)
    expect(await isParked('inventory', 'a')).to.equal(true)
    expect(set.reads).to.deep.equal(['inventory from 0', 'inventory from 1'])
  })
})
