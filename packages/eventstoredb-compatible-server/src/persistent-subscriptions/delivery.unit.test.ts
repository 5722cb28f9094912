import { expect } from 'chai'
import { appendTypes, clientDefaults, drive, fakeConsumer, request, types } from './testing/driven-group.ts'
import { fakeLog } from './testing/fake-log.ts'
import { hasRoom } from './intake.ts'

const stream = 'orders'
const ids = (...names: readonly string[]): readonly string[] => names.map((name) => `${stream}/${name}`)

describe('messages of a persistent subscription (6.4, 6.5)', () => {
  it('are delivered in order, history first, never more than the window', async () => {
    const log = fakeLog()
    const driven = drive(log)
    await appendTypes(log, stream, ...types(100))
    await driven.subsystem.create(request(stream, { historyBufferSize: 30 }))
    const group = await driven.group(stream, 'g')
    const one = fakeConsumer(7)
    group.connect(one.consumer)
    await driven.settle()
    await appendTypes(log, stream, ...types(50, 'live'))
    while (one.consumer.inFlight.size > 0) {
      expect(one.consumer.inFlight.size).to.be.at.most(7)
      group.ack([...one.consumer.inFlight].map(({ message }) => message.id))
      await driven.settle()
    }
    expect(one.seen()).to.deep.equal([...types(100), ...types(50, 'live')])
    expect(group.status).to.equal('Live')
  })

  it('all arrive without acknowledgements where the window allows it, beyond the history buffer', async () => {
    const log = fakeLog()
    const driven = drive(log)
    await appendTypes(log, stream, ...types(200))
    await driven.subsystem.create(request(stream, { historyBufferSize: 30, readBatchSize: 20 }))
    const one = fakeConsumer(200)
    ;(await driven.group(stream, 'g')).connect(one.consumer)
    await driven.settle()
    expect(one.seen()).to.deep.equal(types(200))
  })

  it('that pile up are left in the log, and come in order when somebody connects', async () => {
    const log = fakeLog()
    const driven = drive(log)
    await driven.subsystem.create(request(stream, { historyBufferSize: 25 }))
    await appendTypes(log, stream, ...types(300))
    const group = await driven.group(stream, 'g')
    expect([group.waiting.count, group.status]).to.deep.equal([25, 'Behind'])
    const one = fakeConsumer(1_000)
    group.connect(one.consumer)
    await driven.settle()
    expect(one.seen()).to.deep.equal(types(300))
  })

  it('are not asked for when the buffer is full, whatever the size of a page', () => {
    const room = (readBatchSize: number, held: number) =>
      hasRoom({ ...clientDefaults, readBatchSize, historyBufferSize: 30 }, held)
    expect([room(20, 9), room(20, 10), room(0, 29), room(0, 30), room(-1, 29), room(-1, 30)]).to.deep.equal([
      true,
      false,
      true,
      false,
      true,
      false,
    ])
  })

  it('start where the group starts, inclusive, or with what comes after the end', async () => {
    for (const [startFrom, expected] of [
      [2n, ['e2', 'e3', 'new']],
      ['end', ['new']],
      [4n, ['new']],
      [5n, []],
    ] as const) {
      const log = fakeLog()
      const driven = drive(log)
      await appendTypes(log, stream, ...types(4))
      await driven.subsystem.create(request(stream, {}, { startFrom }))
      const one = fakeConsumer()
      ;(await driven.group(stream, 'g')).connect(one.consumer)
      await appendTypes(log, stream, 'new')
      await driven.settle()
      expect(one.seen(), String(startFrom)).to.deep.equal(expected)
    }
  })

  it('come again at once when asked for, before newer ones and in their order, and are parked after the last retry', async () => {
    const log = fakeLog()
    const driven = drive(log)
    await appendTypes(log, stream, ...types(6))
    await driven.subsystem.create(request(stream, { maxRetryCount: 1 }))
    const group = await driven.group(stream, 'g')
    const one = fakeConsumer(3)
    group.connect(one.consumer)
    await driven.settle()
    group.nack(ids('e2', 'e0'), 'retry', 'not now')
    expect(one.seen()).to.deep.equal(['e0', 'e1', 'e2', 'e0*1', 'e2*1'])
    group.nack(ids('e0'), 'retry', 'still not')
    await driven.settle()
    expect(one.seen().slice(5)).to.deep.equal(['e3'])
    const [parked] = log.readStream('$persistentsubscription-orders::g-parked', 0n, 'forwards', 10).records
    expect([parked?.type, parked?.isJson, parked?.data.toString()]).to.deep.equal(['$>', false, '0@orders'])
    expect(JSON.parse(parked?.metadata.toString() ?? ''))
      .to.have.all.keys('added', 'reason')
      .and.include({ reason: 'Reached retry count of 1' })
  })

  it('time out at the next tick after their time, and are parked with their number', async () => {
    const log = fakeLog()
    const driven = drive(log)
    await appendTypes(log, stream, ...types(2))
    await driven.subsystem.create(request(stream, { maxRetryCount: 1, messageTimeout: 1_500 }))
    const group = await driven.group(stream, 'g')
    const one = fakeConsumer(2)
    group.connect(one.consumer)
    await driven.settle()
    group.ack(ids('e0'))
    await driven.seconds(1)
    expect(one.seen()).to.deep.equal(['e0', 'e1'])
    await driven.seconds(1)
    expect(one.seen()).to.deep.equal(['e0', 'e1', 'e1*1'])
    await driven.seconds(2)
    expect(one.seen()).to.have.length(3)
    const [parked] = log.readStream('$persistentsubscription-orders::g-parked', 0n, 'forwards', 10).records
    expect(JSON.parse(parked?.metadata.toString() ?? '')).to.deep.include({
      reason: 'Reached retry count of 1',
      subscriptionEventNumber: 1,
    })
    expect((await driven.info(stream, 'g')).outstandingMessagesCount).to.equal(0)
  })

  it('go to the next consumer when one leaves, counted once more without regard to the limit', async () => {
    const log = fakeLog()
    const driven = drive(log)
    await appendTypes(log, stream, ...types(2))
    await driven.subsystem.create(request(stream, { maxRetryCount: 1 }))
    const group = await driven.group(stream, 'g')
    for (let time = 0; time < 3; time += 1) {
      const leaving = fakeConsumer()
      group.connect(leaving.consumer)
      await driven.settle()
      group.disconnect(leaving.consumer)
    }
    const one = fakeConsumer()
    group.connect(one.consumer)
    expect(one.seen()).to.deep.equal(['e0*3', 'e1*3'])
    group.nack(ids('e0'), 'retry', '')
    await driven.settle()
    expect((await driven.info(stream, 'g')).parkedMessageCount).to.equal(1n)
  })

  it('are settled by whoever names them; what is not out is ignored', async () => {
    const log = fakeLog()
    const driven = drive(log)
    await appendTypes(log, stream, ...types(3))
    await driven.subsystem.create(request(stream))
    const group = await driven.group(stream, 'g')
    const one = fakeConsumer(1)
    group.connect(one.consumer)
    await driven.settle()
    group.ack(ids('e0', 'e0', 'nonsense'))
    group.nack(ids('e0'), 'park', 'too late')
    await driven.settle()
    expect(one.seen()).to.deep.equal(['e0', 'e1'])
    expect((await driven.info(stream, 'g')).parkedMessageCount).to.equal(0n)
  })

  it('with the same id in two streams are both kept track of', async () => {
    const log = fakeLog()
    const driven = drive(log)
    for (const own of ['a', 'b']) {
      await log.append(own, 'any', [
        { id: 'same', type: own, isJson: true, data: Buffer.from('{}'), metadata: Buffer.alloc(0) },
      ])
    }
    await driven.subsystem.create(
      request('$all', { messageTimeout: 500 }, { filter: { on: 'type', regex: '^[^$]', prefixes: [] } }),
    )
    const group = await driven.group('$all', 'g')
    const one = fakeConsumer()
    group.connect(one.consumer)
    await driven.settle()
    group.ack(['same'])
    await driven.seconds(1)
    expect(one.seen()).to.deep.equal(['a', 'b', 'b*1'])
  })

  it('wait with a busy connection, and need not be given to it once they are somebody else’s', async () => {
    const log = fakeLog()
    const driven = drive(log)
    await appendTypes(log, stream, ...types(4))
    await driven.subsystem.create(request(stream, { messageTimeout: 500 }))
    const group = await driven.group(stream, 'g')
    const slow = fakeConsumer(4)
    slow.busy = true
    group.connect(slow.consumer)
    await driven.settle()
    expect([slow.seen(), slow.consumer.inFlight.size]).to.deep.equal([['e0'], 4])
    group.disconnect(slow.consumer)
    slow.busy = false
    slow.consumer.drained()
    expect(slow.seen()).to.deep.equal(['e0'])
  })

  it('keep the link’s id, and are delivered as a link alone when the event is gone', async () => {
    const log = fakeLog()
    const driven = drive(log)
    await appendTypes(log, stream, 'kept')
    for (const [id, target] of [
      ['l0', '0@orders'],
      ['l1', '7@orders'],
    ] as const) {
      await log.append('$ce-x', 'any', [
        { id, type: '$>', isJson: false, data: Buffer.from(target), metadata: Buffer.alloc(0) },
      ])
    }
    await driven.subsystem.create(request('$ce-x', { resolveLinkTos: true, maxRetryCount: 0 }))
    const group = await driven.group('$ce-x', 'g')
    const one = fakeConsumer()
    group.connect(one.consumer)
    await driven.settle()
    expect(one.delivered.map(({ id, type, stream: of }) => [id, type, of])).to.deep.equal([
      ['l0', 'kept', 'orders'],
      ['l1', undefined, undefined],
    ])
    group.nack(['l0', 'l1'], 'park', 'why')
    await driven.settle()
    const parked = log.readStream('$persistentsubscription-$ce-x::g-parked', 0n, 'forwards', 10).records
    expect(parked.map(({ data }) => data.toString())).to.deep.equal(['0@orders', '7@orders'])
    expect(parked.map(({ metadata }) => (JSON.parse(metadata.toString()) as { reason: string }).reason)).to.deep.equal([
      "Client explicitly NAK'ed message.\nwhy",
      "Client explicitly NAK'ed message.\nwhy",
    ])
  })

  it('end with the stream: a group that still reads is faulted, a live one is told', async () => {
    const log = fakeLog()
    const driven = drive(log)
    await driven.subsystem.create(request(stream))
    const one = fakeConsumer()
    ;(await driven.group(stream, 'g')).connect(one.consumer)
    await log.tombstone(stream, 'any')
    await driven.settle()
    expect([one.seen(), one.dropped]).to.deep.equal([['$streamDeleted'], false])
    await driven.subsystem.restart()
    const again = fakeConsumer()
    ;(await driven.group(stream, 'g')).connect(again.consumer)
    await driven.settle()
    expect([again.seen(), again.dropped]).to.deep.equal([[], true])
  })
})
