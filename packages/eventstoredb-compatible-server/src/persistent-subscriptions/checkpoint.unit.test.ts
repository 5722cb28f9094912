import { expect } from 'chai'
import type { Log } from '../log/types.ts'
import { appendTypes, drive, fakeConsumer, request, types } from './testing/driven-group.ts'
import { fakeLog } from './testing/fake-log.ts'

const stream = 'orders'
const ids = (from: number, to: number): readonly string[] =>
  types(to)
    .slice(from)
    .map((type) => `${stream}/${type}`)

const checkpoints = (log: Log, own = `${stream}::g`): readonly unknown[] =>
  log
    .readStream(`$persistentsubscription-${own}-checkpoint`, 0n, 'forwards', 100)
    .records.map(({ data }) => JSON.parse(data.toString()) as unknown)

const onlyOrders = { on: 'stream', regex: '', prefixes: ['orders'] } as const

describe('checkpoints of a persistent subscription (6.6)', () => {
  it('follow the lower bound by time and the upper bound at once', async () => {
    const log = fakeLog()
    const driven = drive(log)
    await appendTypes(log, stream, ...types(40))
    await driven.subsystem.create(
      request(stream, { minCheckPointCount: 5, maxCheckPointCount: 10, checkPointAfter: 3_000 }),
    )
    const group = await driven.group(stream, 'g')
    group.connect(fakeConsumer(40).consumer)
    await driven.settle()
    group.ack(ids(0, 4))
    await driven.seconds(1)
    expect(checkpoints(log)).to.deep.equal([])
    group.ack(ids(4, 5))
    expect(checkpoints(log)).to.deep.equal([])
    await driven.seconds(1)
    expect(checkpoints(log)).to.deep.equal(['4'])
    group.ack(ids(5, 10))
    await driven.seconds(2)
    expect(checkpoints(log)).to.deep.equal(['4'])
    await driven.seconds(1)
    expect(checkpoints(log)).to.deep.equal(['4', '9'])
    group.ack(ids(10, 20))
    expect(checkpoints(log)).to.deep.equal(['4', '9', '19'])
    group.ack(ids(21, 35))
    await driven.seconds(5)
    expect(checkpoints(log)).to.deep.equal(['4', '9', '19'])
    group.ack(ids(20, 21))
    expect(checkpoints(log)).to.deep.equal(['4', '9', '19', '34'])
    expect((await driven.info(stream, 'g')).lastCheckpointedEventPosition).to.equal('34')
  })

  it('are not written by time when the time is 0', async () => {
    const log = fakeLog()
    const driven = drive(log)
    await appendTypes(log, stream, ...types(3))
    await driven.subsystem.create(request(stream, { minCheckPointCount: 1, checkPointAfter: 0 }))
    const group = await driven.group(stream, 'g')
    group.connect(fakeConsumer().consumer)
    await driven.settle()
    group.ack(ids(0, 3))
    await driven.seconds(5)
    expect(checkpoints(log)).to.deep.equal([])
  })

  it('let a restart go on after them, compared by position even if the event itself is gone', async () => {
    const log = fakeLog()
    const driven = drive(log)
    await appendTypes(log, stream, ...types(6))
    await driven.subsystem.create(request(stream, { minCheckPointCount: 1, maxCheckPointCount: 1 }))
    const group = await driven.group(stream, 'g')
    group.connect(fakeConsumer().consumer)
    await driven.settle()
    group.ack(ids(0, 3))
    await log.append(`$$${stream}`, 'any', [
      { id: 'm', type: '$metadata', isJson: true, data: Buffer.from('{"$tb":3}'), metadata: Buffer.alloc(0) },
    ])
    await driven.settle()
    await driven.subsystem.restart()
    const again = fakeConsumer()
    ;(await driven.group(stream, 'g')).connect(again.consumer)
    await driven.settle()
    expect(again.seen()).to.deep.equal(['e3', 'e4', 'e5'])
  })

  it('of a filtered group never pass a message that waits, is out or was nacked for a retry', async () => {
    const log = fakeLog()
    const driven = drive(log)
    await driven.subsystem.create(
      request('$all', { minCheckPointCount: 1, maxCheckPointCount: 2 }, { filter: onlyOrders, startFrom: 'end' }),
    )
    const group = await driven.group('$all', 'g')
    const one = fakeConsumer(1)
    group.connect(one.consumer)
    for (const type of types(4)) {
      await appendTypes(log, 'other', `before-${type}`)
      await appendTypes(log, stream, type)
    }
    await appendTypes(log, 'other', ...types(30))
    await driven.settle()
    group.ack(ids(0, 1))
    group.nack(ids(1, 2), 'retry', '')
    await driven.seconds(5)
    await driven.subsystem.restart()
    const again = fakeConsumer()
    ;(await driven.group('$all', 'g')).connect(again.consumer)
    await driven.settle()
    expect(again.seen()).to.deep.equal(['e1', 'e2', 'e3'])
  })

  it('of a filtered group move over what does not match, and lose nothing that comes next', async () => {
    const log = fakeLog()
    const driven = drive(log)
    await driven.subsystem.create(
      request('$all', { minCheckPointCount: 1, maxCheckPointCount: 10 }, { filter: onlyOrders, startFrom: 'end' }),
    )
    await appendTypes(log, 'other', ...types(25))
    await driven.settle()
    await driven.seconds(1)
    expect(checkpoints(log, '$all::g')).to.have.length.greaterThan(0)
    await appendTypes(log, stream, 'next')
    await driven.settle()
    await driven.subsystem.restart()
    const one = fakeConsumer()
    ;(await driven.group('$all', 'g')).connect(one.consumer)
    await driven.settle()
    expect(one.seen()).to.deep.equal(['next'])
  })

  it('do not pass a parked message before it is on disk', async () => {
    const log = fakeLog()
    const driven = drive(log)
    await appendTypes(log, stream, ...types(3))
    await driven.subsystem.create(request(stream, { minCheckPointCount: 1, maxCheckPointCount: 1 }))
    const group = await driven.group(stream, 'g')
    group.connect(fakeConsumer().consumer)
    await driven.settle()
    log.hold(`$persistentsubscription-${stream}::g-parked`)
    group.nack(ids(0, 1), 'park', '')
    group.ack(ids(1, 3))
    await driven.seconds(3)
    expect(checkpoints(log)).to.deep.equal([])

    log.crash()
    const afterwards = drive(log)
    const one = fakeConsumer()
    ;(await afterwards.group(stream, 'g')).connect(one.consumer)
    await afterwards.settle()
    expect(one.seen()).to.deep.equal(['e0', 'e1', 'e2'])
  })

  it('remember where the end was when the group was created', async () => {
    const log = fakeLog()
    const driven = drive(log)
    await appendTypes(log, stream, 'before')
    await driven.subsystem.create(request(stream, {}, { startFrom: 'end' }))
    await appendTypes(log, stream, ...types(2))
    await driven.settle()
    log.crash()
    const afterwards = drive(log)
    const one = fakeConsumer()
    ;(await afterwards.group(stream, 'g')).connect(one.consumer)
    await afterwards.settle()
    expect(one.seen()).to.deep.equal(['e0', 'e1'])
    expect((await afterwards.info(stream, 'g')).startFrom).to.equal('-1')
  })

  it('that fall due while another is being written are made up for, but not on a strict server until something else is done', async () => {
    for (const missesCheckpoints of [false, true]) {
      const log = fakeLog()
      const driven = drive(log, { missesCheckpoints })
      const checkpoints = `$persistentsubscription-${stream}::g-checkpoint`
      const written = () => log.readStream(checkpoints, 0n, 'forwards', 100).records.map(({ data }) => data.toString())
      await appendTypes(log, stream, ...types(4))
      await driven.subsystem.create(request(stream, { minCheckPointCount: 1, maxCheckPointCount: 1 }))
      const group = await driven.group(stream, 'g')
      group.connect(fakeConsumer(5).consumer)
      await driven.settle()
      log.hold(checkpoints)
      for (const n of [0, 1, 2]) group.ack(ids(n, n + 1))
      log.release()
      await driven.seconds(5)
      expect(written()).to.deep.equal(missesCheckpoints ? ['"0"'] : ['"0"', '"2"'])
      group.ack(ids(3, 4))
      await driven.settle()
      expect(written().at(-1)).to.equal('"3"')
    }
  })

  it('that cannot be written hold nothing up', async () => {
    const log = fakeLog()
    const driven = drive(log)
    log.breakStream(`$persistentsubscription-${stream}::g-checkpoint`)
    await appendTypes(log, stream, ...types(20))
    await driven.subsystem.create(request(stream, { minCheckPointCount: 1, maxCheckPointCount: 1 }))
    const group = await driven.group(stream, 'g')
    const one = fakeConsumer(5)
    group.connect(one.consumer)
    await driven.settle()
    for (let from = 0; from < 20; from += 5) {
      group.ack(ids(from, from + 5))
      await driven.seconds(1)
    }
    expect(one.seen()).to.deep.equal(types(20))
    expect((await driven.info(stream, 'g')).lastCheckpointedEventPosition).to.equal('')
  })
})
