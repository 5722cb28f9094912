import { expect } from 'chai'
import { StoreUnavailable } from '../../infrastructure/event-store/port.ts'
import { inMemoryResolutions } from '../../test/processors/in-memory-resolutions.ts'
import { eventOf, parkedAt, parkedStreams } from '../../test/processors/parked-streams.ts'
import { keyOf } from '../groups.ts'
import { createParkedOrders } from './parked-orders.ts'
import { createUnresolved } from './unresolved.ts'

const watched = (...orders: readonly string[]) => {
  const set = { time: parkedAt.getTime() }
  const now = () => new Date(set.time)
  const streams = parkedStreams()
  for (const group of ['inventory', 'payment'])
    for (const order of orders) streams.park(group, eventOf(order, 1), 'schema_mismatch')
  const { resolutions } = inMemoryResolutions(now)
  const unresolved = createUnresolved({
    groups: ['inventory', 'payment'],
    store: streams.store,
    resolutions,
    keyOf,
    now,
  })
  const discard = (number: bigint) =>
    resolutions.discard({ group: 'inventory', number, eventId: undefined, parkedAt, by: 'olga', at: now(), letter: {} })
  /** When what was read is believed no longer. */
  const later = () => {
    set.time += 5_000
  }
  return { set, streams, unresolved, isParked: createParkedOrders(unresolved, now), discard, later }
}

describe('orders that stand in front of a person', () => {
  it('are those with a dead letter, read once for all who ask at a time and for a while after', async () => {
    const { set, streams, isParked } = watched('a')
    expect(
      await Promise.all([isParked('inventory', 'a'), isParked('inventory', 'b'), isParked('inventory', 'a')]),
    ).to.deep.equal([true, false, true])
    expect(streams.reads).to.deep.equal(['inventory from 0, 1', 'inventory from 0'])
    streams.park('inventory', eventOf('b', 1), 'schema_mismatch')
    set.time += 4_999
    expect(await isParked('inventory', 'b')).to.equal(false)
    set.time += 1
    expect(await isParked('inventory', 'b')).to.equal(true)
    expect(await isParked('payment', 'b')).to.equal(false)
  })

  it('are not those whose letters have all been resolved', async () => {
    const { isParked, discard, later } = watched('a', 'b', 'a')
    await discard(0n)
    expect(await isParked('inventory', 'a')).to.equal(true)
    await discard(2n)
    later()
    expect(await isParked('inventory', 'a')).to.equal(false)
    expect(await isParked('inventory', 'b')).to.equal(true)
  })

  it('are not those whose letter has its turn by itself', async () => {
    const { streams, isParked, discard, later } = watched('a')
    streams.park('inventory', eventOf('a', 2), 'waits_behind')
    expect(await isParked('inventory', 'a')).to.equal(true)
    await discard(0n)
    later()
    expect(await isParked('inventory', 'a')).to.equal(false)
  })

  it('are not those whose messages were replayed in the interface of the store', async () => {
    const { streams, isParked, later } = watched('a', 'b')
    expect(await isParked('inventory', 'a')).to.equal(true)
    streams.begins('inventory', 1)
    later()
    expect(await isParked('inventory', 'a')).to.equal(false)
    expect(await isParked('inventory', 'b')).to.equal(true)
    streams.begins('inventory', 2)
    later()
    expect(await isParked('inventory', 'b')).to.equal(false)
    // Parked once more.
    streams.park('inventory', eventOf('a', 1), 'schema_mismatch')
    later()
    expect(await isParked('inventory', 'a')).to.equal(true)
  })

  it('are not known while the store is away, and are asked for again', async () => {
    const { streams, isParked } = watched('a', 'b')
    streams.breaksAt = 1
    expect(await isParked('inventory', 'a').catch((error: unknown) => error)).to.be.instanceOf(StoreUnavailable)
    streams.breaksAt = Infinity
    expect(await isParked('inventory', 'b')).to.equal(true)
    expect(await isParked('inventory', 'a')).to.equal(true)
  })
})
