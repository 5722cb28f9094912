import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import type { EventStore } from '../../infrastructure/event-store/port.ts'
import { deleteGroups } from './delete-groups.ts'
import { createGroupOtherwise } from './group-made-otherwise.ts'
import { groupsForSuite, settings, take } from './groups-for-suite.ts'
import { collect, event, events, eventually, newStream, numbers } from './store-for-suite.ts'

/** What the consumers rely on. It runs against any server, whatever its log holds; every name in it is new, and its groups are deleted. */
describe('a group of an event store', () => {
  let store: EventStore
  const { suite, newName, newGroup, newGroupFromHere } = groupsForSuite()
  before(() => {
    store = suite.store()
  })

  // Acks say nothing when they have arrived, and an end right behind them can overtake the last: so a little time lies between.
  const gone = (ms = 250) => new Promise((resolve) => setTimeout(resolve, ms))

  it('is made once and left alone afterwards', async () => {
    const group = await newGroup()
    expect(await store.ensureGroup(group, { ...settings, messageTimeoutMs: 1_000 })).to.equal(false)
    expect((await store.groupInfo(group))?.group).to.equal(group)
    expect(await store.groupInfo(`contract-${randomUUID()}`)).to.equal(undefined)
  })

  /** As the adapter makes every group, beside what it is asked for. */
  const ofEveryGroup = {
    startFrom: 'start',
    resolveLinkTos: false,
    extraStatistics: false,
    maxSubscriberCount: 'unbounded',
    consumerStrategyName: 'RoundRobin',
  }

  it('says which settings it has', async () => {
    expect((await store.groupInfo(await newGroup()))?.settings).to.deep.equal({ ...settings, ...ofEveryGroup })
  })

  it('has all of its settings changed by an update, and nothing left of those before', async () => {
    const group = newName()
    await createGroupOtherwise(suite.url(), group)
    const before = (await store.groupInfo(group))?.settings ?? expect.fail('the group was made')
    const after = { ...settings, ...ofEveryGroup }
    expect(Object.entries(before).filter(([setting, value]) => value === after[setting as keyof typeof after])).to.be
      .empty
    await store.updateGroup(group, settings)
    expect((await store.groupInfo(group))?.settings).to.deep.equal(after)
  })

  it('is not made by an update', async () => {
    const group = `contract-${randomUUID()}`
    const update = store.updateGroup(group, settings)
    expect(await update.catch((error: unknown) => error)).to.be.instanceOf(Error)
    expect(await store.groupInfo(group)).to.equal(undefined)
  })

  it('drops its consumers when it is updated, and gives again what was not acknowledged', async () => {
    const group = await newGroupFromHere()
    const stream = newStream()
    await store.append(stream, events(3), 'no_stream')
    const first = await store.connect(group, { bufferSize: 10 })
    const deliveries = first.deliveries[Symbol.asyncIterator]()
    for (let ours = 0; ours < 3;) {
      const next = await deliveries.next()
      if (next.done === true) expect.fail('the server ended the subscription')
      if (next.value.event?.stream === stream) ours += 1
      else await first.ack([next.value.ackId])
    }
    const dropped = deliveries.next().then(
      () => 'went on',
      (error: unknown) => (error as Error).name,
    )
    await store.updateGroup(group, settings)
    expect(await dropped).to.equal('StoreUnavailable')
    await first.close()
    const second = await store.connect(group, { bufferSize: 10 })
    const taken = await take(second, stream, 3, ({ ackId }) => second.ack([ackId]))
    expect(taken.map(({ event: one, retryCount }) => [one?.revision, retryCount])).to.deep.equal([
      [0n, 0],
      [1n, 0],
      [2n, 0],
    ])
    await second.close()
  })

  it('gives everything from the start of $all, what was there and what comes', async function () {
    // In a log that others have written it goes through all of that first.
    this.timeout(300_000)
    const stream = newStream()
    await store.append(stream, events(2), 'no_stream')
    const connection = await store.connect(await newGroup(), { bufferSize: 500 })
    const taken = await take(
      connection,
      stream,
      4,
      async ({ ackId, event: given }) => {
        await connection.ack([ackId])
        if (given?.revision === 1n) await store.append(stream, [event(2), event(3)], 1n)
      },
      100,
    )
    expect(
      taken.map((delivery) => [numbers(delivery.event === undefined ? [] : [delivery.event])[0], delivery.retryCount]),
    ).to.deep.equal([
      [0, 0],
      [1, 0],
      [2, 0],
      [3, 0],
    ])
    await connection.close()
  })

  it('gives no more than its window before it is answered, and the rest again to the next consumer', async () => {
    const group = await newGroupFromHere()
    const stream = newStream()
    await store.append(stream, events(4), 'no_stream')
    const first = await store.connect(group, { bufferSize: 2 })
    const held = await take(first, stream, 2, async () => undefined)
    await first.close()
    const second = await store.connect(group, { bufferSize: 10 })
    const taken = await take(second, stream, 4, ({ ackId }) => second.ack([ackId]))
    expect(numbers(held.flatMap(({ event: one }) => one ?? []))).to.deep.equal([0, 1])
    expect(taken.map(({ event: one, retryCount }) => [one?.revision, retryCount])).to.deep.equal([
      [0n, 1],
      [1n, 1],
      [2n, 0],
      [3n, 0],
    ])
    await second.close()
  })

  it('does not give again what was acknowledged before a drained end', async () => {
    const group = await newGroupFromHere()
    const stream = newStream()
    await store.append(stream, events(3), 'no_stream')
    const first = await store.connect(group, { bufferSize: 10 })
    // The loop's end would close the connection at once and overtake the acknowledgements.
    const deliveries = first.deliveries[Symbol.asyncIterator]()
    for (let ours = 0; ours < 3;) {
      const next = await deliveries.next()
      if (next.done === true) expect.fail('the server ended the subscription')
      if (next.value.event?.stream === stream) ours += 1
      await first.ack([next.value.ackId])
    }
    await gone()
    await first.close()
    await store.append(stream, [event(3)], 2n)
    const second = await store.connect(group, { bufferSize: 10 })
    expect(
      (await take(second, stream, 1, ({ ackId }) => second.ack([ackId]))).map(({ event: one }) => one?.revision),
    ).to.deep.equal([3n])
    await second.close()
  })

  it('keeps what is parked, with its reasons, and counts it', async () => {
    const group = await newGroupFromHere()
    const stream = newStream()
    await store.append(stream, events(3), 'no_stream')
    const connection = await store.connect(group, { bufferSize: 10 })
    const reason = JSON.stringify({ code: 'poison', message: 'ünï' })
    let ours = 0
    for await (const { event: given, ackId } of connection.deliveries) {
      if (given?.stream === stream && given.revision !== 1n) await connection.park([ackId], reason)
      else await connection.ack([ackId])
      if (given?.stream === stream && (ours += 1) === 3) {
        await gone()
        break
      }
    }
    await eventually(async () => {
      expect((await store.groupInfo(group))?.parked).to.equal(2)
    })
    const parkedMessages = await collect(store.parkedMessages(group))
    expect(
      parkedMessages.map(({ number, reason: why, event: original }) => [
        number,
        why,
        original?.stream,
        original?.revision,
      ]),
    ).to.deep.equal([
      [0n, reason, stream, 0n],
      [1n, reason, stream, 2n],
    ])
    expect(numbers(parkedMessages.flatMap(({ event: original }) => original ?? []))).to.deep.equal([0, 2])
    expect(parkedMessages[0]?.parkedAt.getTime()).to.be.within(Date.now() - 60_000, Date.now() + 60_000)
    expect(
      (await collect(store.parkedMessages(group, { from: 1n, limit: 1 }))).map(({ number }) => number),
    ).to.deep.equal([1n])
  })

  it('has no parked messages while nothing is parked', async () => {
    expect(await collect(store.parkedMessages(await newGroup()))).to.deep.equal([])
  })

  it('gives again what was neither acknowledged nor parked in time', async () => {
    const group = await newGroupFromHere({ messageTimeoutMs: 500 })
    const stream = newStream()
    await store.append(stream, [event(0)], 'no_stream')
    const connection = await store.connect(group, { bufferSize: 10 })
    const taken = await take(connection, stream, 2, async ({ retryCount, ackId }) => {
      if (retryCount > 0) await connection.ack([ackId])
    })
    expect(taken.map(({ retryCount }) => retryCount)).to.deep.equal([0, 1])
    await connection.close()
  })

  it('drops its consumers with an error when it is deleted, and refuses new ones', async () => {
    const group = `contract-${randomUUID()}`
    await store.ensureGroup(group, settings)
    const connection = await store.connect(group, { bufferSize: 10 })
    const drained = collect(connection.deliveries).then(
      () => 'ended',
      (error: unknown) => (error as Error).name,
    )
    await deleteGroups(suite.url(), [group])
    expect(await drained).to.equal('StoreUnavailable')
    await connection.close()
    expect(await store.connect(group, { bufferSize: 10 }).catch((error: unknown) => error)).to.be.instanceOf(Error)
  })

  it('ends silently when we close it, and closes twice without harm', async () => {
    const connection = await store.connect(await newGroup(), { bufferSize: 10 })
    const drained = collect(connection.deliveries)
    await connection.close()
    await connection.close()
    await drained
    await connection.ack([randomUUID()])
  })
})
