import { randomUUID } from 'node:crypto'
import { BACKWARDS, END, EventStoreDBClient } from '@eventstore/db-client'
import { expect } from 'chai'
import { startEventStore } from 'eventstoredb-compatible-server/source'
import { until } from '../../test/support/until.ts'
import { connectEventStore } from './adapter.ts'
import { parkedStreamOf } from './parked-stream.ts'
import type { Delivery, EventStore, GroupSettings } from './port.ts'

const settings: GroupSettings = {
  messageTimeoutMs: 30_000,
  maxRetryCount: 100,
  checkPointLowerBound: 1,
  checkPointUpperBound: 10,
  checkPointAfterMs: 100,
  readBatchSize: 20,
  historyBufferSize: 100,
  liveBufferSize: 100,
}

describe('truncating the parked messages of a group', () => {
  const cleanups: (() => Promise<unknown>)[] = []
  let store: EventStore
  let client: EventStoreDBClient
  let group: string

  before(async () => {
    const server = await startEventStore({ port: 0, data: 'memory' })
    cleanups.push(() => server.stop())
    store = await connectEventStore({ url: server.url })
    cleanups.push(() => store.dispose())
    client = EventStoreDBClient.connectionString(server.url)
    cleanups.push(() => client.dispose())
  })
  after(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
  })

  const numbers = async (): Promise<readonly bigint[]> => {
    const found: bigint[] = []
    for await (const { number } of store.parkedMessages(group)) found.push(number)
    return found
  }
  const counted = async () => (await store.groupInfo(group))?.parked
  const append = async (count: number) => {
    for (let n = 0; n < count; n += 1)
      await store.append(
        `letter-${randomUUID()}`,
        [{ id: randomUUID(), type: group, data: {}, metadata: {} }],
        'no_stream',
      )
  }
  /** As the sweeper does. */
  const truncate = (before: bigint) =>
    until('it is truncated', async () => ((await store.truncateParked(group, before)) ? true : undefined))

  /** Parks the group's letters while it is told to, else acknowledges them; `given` are all that it was given. */
  const consume = async (parks: () => boolean) => {
    // Events of other groups' tests stand in the same store.
    const own = group
    const connection = await store.connect(group, { bufferSize: 50 })
    const given: Delivery[] = []
    const consuming = (async () => {
      for await (const delivery of connection.deliveries) {
        const { ackId, about } = delivery
        if (about?.type === own) given.push(delivery)
        await (about?.type === own && parks() ? connection.park([ackId], 'a reason') : connection.ack([ackId]))
      }
    })()
    const close = async () => {
      await connection.close()
      await consuming
    }
    return { given, close }
  }

  /** A new group with so many parked messages. */
  const parked = async (count: number) => {
    group = `group-${randomUUID()}`
    await store.ensureGroup(group, settings)
    const state = { parks: true }
    const consumer = await consume(() => state.parks)
    cleanups.push(consumer.close)
    await append(count)
    await until('all are parked', async () => ((await numbers()).length >= count ? true : undefined))
    return { ...consumer, state, all: (await numbers()).length }
  }

  it('leaves those from there on, and the count says so', async () => {
    const { all } = await parked(4)
    await truncate(2n)
    expect((await numbers()).length).to.equal(all - 2)
    expect((await numbers())[0]).to.equal(2n)
    expect(await counted()).to.equal(all - 2)
    await truncate(BigInt(all))
    expect(await numbers()).to.deep.equal([])
    expect(await counted()).to.equal(0)
  })

  it('gives nothing again', async () => {
    const { all, given } = await parked(3)
    const before = given.length
    await truncate(BigInt(all))
    await append(1)
    await until('what comes next is parked', async () => ((await numbers()).length === 1 ? true : undefined))
    expect(given.length).to.equal(before + 1)
    expect(await numbers()).to.deep.equal([BigInt(all)])
    expect(await counted()).to.equal(1)
  })

  it('only goes forward, and keeps what else the metadata says', async () => {
    const { all } = await parked(4)
    const stream = parkedStreamOf(group)
    await client.setStreamMetadata(stream, { truncateBefore: 3, cacheControl: 7, mine: 'too' })
    await truncate(2n)
    expect((await numbers())[0]).to.equal(3n)
    expect(await counted()).to.equal(all - 3)
    await truncate(4n)
    const { metadata } = await client.getStreamMetadata(stream)
    expect(metadata).to.deep.include({ truncateBefore: 4, cacheControl: 7, mine: 'too' })
  })

  it('counts anew also where whoever truncated has died before that', async () => {
    const { all } = await parked(4)
    await client.setStreamMetadata(parkedStreamOf(group), { truncateBefore: 2 })
    expect(await counted()).to.equal(all)
    expect(await store.truncateParked(group, 2n)).to.equal(false)
    await truncate(2n)
    expect(await counted()).to.equal(all - 2)
  })

  it('is done by one of two at a time, and the other finds it done', async () => {
    const { all } = await parked(4)
    await Promise.all([truncate(2n), truncate(3n), truncate(2n)])
    expect((await numbers())[0]).to.equal(3n)
    expect(await counted()).to.equal(all - 3)
  })

  it('is written once by those who come to it at the same time', async () => {
    await parked(3)
    await Promise.all([1, 2, 3, 4, 5].map(() => store.truncateParked(group, 2n)))
    const metadata = client.readStream(`$$${parkedStreamOf(group)}`, {
      direction: BACKWARDS,
      fromRevision: END,
      maxCount: 1,
    })
    const revisions: (bigint | undefined)[] = []
    for await (const { event } of metadata) revisions.push(event?.revision)
    expect(revisions).to.deep.equal([0n])
    expect((await numbers())[0]).to.equal(2n)
  })

  it('does no harm when somebody replays all at the same time', async () => {
    const { all, given, state } = await parked(6)
    state.parks = false
    const before = given.length
    await Promise.all([truncate(3n), client.replayParkedMessagesToAll(group), truncate(3n)])
    await until('nothing is parked', async () => ((await numbers()).length === 0 ? true : undefined))
    await truncate(3n)
    expect(await counted()).to.equal(0)
    // Each of them was truncated, or given again; those that nobody had resolved were given again.
    const again = new Set(given.slice(before).map(({ event }) => event?.id))
    expect(again.size).to.be.within(all - 3, all)
    expect(given.slice(before).length).to.equal(again.size)
  })

  it('is refused at the beginning, which the server would not survive', async () => {
    await parked(1)
    const refused = await store.truncateParked(group, 0n).catch((error: unknown) => error)
    expect(refused).to.be.instanceOf(Error)
  })

  it('leaves a stream alone that was deleted', async () => {
    await parked(2)
    await client.deleteStream(parkedStreamOf(group))
    expect(await store.truncateParked(group, 1n)).to.equal(true)
  })
})
