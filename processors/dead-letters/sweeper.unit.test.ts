import { expect } from 'chai'
import { StoreUnavailable, type GroupConnection, type Groups } from '../../infrastructure/event-store/port.ts'
import { deskInMemory } from '../../test/processors/desk.ts'
import { eventOf } from '../../test/processors/parked-streams.ts'
import { until } from '../../test/support/until.ts'
import { readBeforeConsuming, startSweeper } from './sweeper.ts'
import { createTruncation } from './truncation.ts'

const group = 'payment'

const swept = (everyMs: number) => {
  const desk = deskInMemory()
  const warned: string[] = []
  const released: string[] = []
  const releasing = { until: Promise.resolve() }
  const sweeper = startSweeper({
    ...desk,
    groups: [group, 'inventory'],
    release: async (of) => {
      released.push(of)
      await releasing.until
    },
    truncate: createTruncation(desk),
    everyMs,
    warn: (message) => warned.push(message),
  })
  const discard = (number: bigint) => desk.decisions.discard({ group, number }, 'olga', 'of no use')
  return { ...desk, sweeper, warned, released, releasing, discard }
}

describe('the sweeper of dead letters', () => {
  it('reads those of all groups, and releases and truncates where the group runs', async () => {
    const { sweeper, streams, released, discard, unresolved } = swept(2)
    for (const each of [group, 'inventory']) streams.park(each, eventOf('a', 1), 'schema_mismatch')
    await until('both were read', () => (unresolved.refreshedAt('inventory') === undefined ? undefined : true))
    expect([...unresolved.of('inventory').all()]).to.have.length(1)
    await until('it was released', () => (released.includes(group) ? true : undefined))
    await discard(0n)
    await until('it is truncated', () => (streams.truncations.length > 0 ? true : undefined))
    await sweeper.close()
    // Once, and only where it runs and something is resolved.
    expect(streams.truncations).to.deep.equal([`${group} 1`])
    expect(released).not.to.include('inventory')
  })

  it('truncates up to the first that is not resolved', async () => {
    const { sweeper, streams, discard } = swept(60_000)
    for (const order of ['a', 'b', 'c', 'd']) streams.park(group, eventOf(order, 1), 'schema_mismatch')
    for (const number of [0n, 1n, 3n]) await discard(number)
    sweeper.sweep(group)
    await until('it is truncated', () => (streams.truncations.length > 0 ? true : undefined))
    await sweeper.close()
    expect(streams.truncations).to.deep.equal([`${group} 2`])
  })

  it('truncates once more where the stream begins earlier again', async () => {
    const { sweeper, streams, discard } = swept(60_000)
    streams.park(group, eventOf('a', 1), 'schema_mismatch')
    await discard(0n)
    const sweep = async (times: number) => {
      sweeper.sweep(group)
      await until('it is truncated', () => (streams.truncations.length === times ? true : undefined))
    }
    await sweep(1)
    streams.begins(group, 0)
    await sweep(2)
    await sweeper.close()
  })

  it('lets nothing go of which nothing is written down, as of what an earlier release has settled', async () => {
    const { sweeper, streams, settledByEarlierRelease, desk, resolutions } = swept(60_000)
    streams.park(group, eventOf('a', 1), 'schema_mismatch')
    settledByEarlierRelease(group, 0n)
    sweeper.sweep(group)
    await until('it is truncated', () => (streams.truncations.length > 0 ? true : undefined))
    await sweeper.close()
    const [listed] = await desk.list({ groups: [group], from: undefined, resolvedToo: true, limit: 1, filter: {} })
    expect(listed?.event?.id).to.equal('a-1')
    expect(await desk.one({ group, number: 0n })).to.deep.include({ key: 'a', number: 0 })
    expect((await resolutions.of(group, [0n])).get(0n)?.eventId).to.equal('a-1')
  })

  it('goes on reading while a handler takes its time, and says a fault once', async () => {
    const { sweeper, streams, released, releasing, warned } = swept(2)
    let go: () => void = () => undefined
    releasing.until = new Promise((resolve) => (go = resolve))
    await until('it releases', () => (released.length > 0 ? true : undefined))
    const before = streams.reads.length
    await until('it reads on', () => (streams.reads.length > before + 6 ? true : undefined))
    streams.breaksAt = 0
    streams.park(group, eventOf('a', 1), 'schema_mismatch')
    const failing = streams.reads.length
    await until('it has failed often', () => (streams.reads.length > failing + 10 ? true : undefined))
    expect(warned).to.deep.equal([`the dead letters of ${group} could not be read`])
    go()
    await sweeper.close()
  })

  it('looks once more for however many decisions meanwhile', async () => {
    const { sweeper, streams, released, unresolved } = swept(60_000)
    streams.park(group, eventOf('a', 1), 'schema_mismatch')
    for (let decisions = 0; decisions < 100; decisions += 1) sweeper.sweep(group)
    await until('all were looked for', () => (released.length === 2 ? true : undefined))
    await sweeper.close()
    expect([...unresolved.of(group).all()]).to.have.length(1)
    expect(streams.reads).to.have.length(4)
    expect(released).to.have.length(2)
  })

  it('does nothing more when it is closed', async () => {
    const { sweeper, streams } = swept(60_000)
    await sweeper.close()
    sweeper.sweep(group)
    expect(streams.reads).to.deep.equal([])
  })
})

describe('a group', () => {
  const connection: GroupConnection = {
    deliveries: (async function* () {})(),
    ack: () => Promise.resolve(),
    park: () => Promise.resolve(),
    close: () => Promise.resolve(),
  }

  it('is consumed only after its dead letters were read', async () => {
    const { unresolved, streams } = deskInMemory()
    streams.park(group, eventOf('a', 1), 'schema_mismatch')
    const known: number[] = []
    const consumable: Pick<Groups, 'connect'> = {
      connect: async () => {
        known.push([...unresolved.of(group).all()].length)
        return connection
      },
    }
    const store = readBeforeConsuming(consumable, unresolved, () => undefined)
    expect(await store.connect(group, { bufferSize: 1 })).to.equal(connection)
    // Given again by the subscription before, and still parked.
    unresolved.of(group).givenAgain(0n, 'a')
    await store.connect(group, { bufferSize: 1 })
    expect(known).to.deep.equal([1, 1])
  })

  it('is consumed all the same when they cannot be read', async () => {
    const { unresolved } = deskInMemory()
    const warned: string[] = []
    const consumable: Pick<Groups, 'connect'> = { connect: () => Promise.resolve(connection) }
    const away = { ...unresolved, refresh: () => Promise.reject(new StoreUnavailable('the database is away')) }
    const store = readBeforeConsuming(consumable, away, (message) => warned.push(message))
    expect(await store.connect(group, { bufferSize: 1 })).to.equal(connection)
    expect(warned).to.deep.equal([`${group} is consumed without knowing its dead letters`])
  })
})
