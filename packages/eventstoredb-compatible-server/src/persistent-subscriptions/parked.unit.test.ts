import { expect } from 'chai'
import type { Log } from '../log/types.ts'
import { appendTypes, drive, fakeConsumer, request, types } from './testing/driven-group.ts'
import type { Driven, FakeConsumer } from './testing/driven-group.ts'
import { fakeLog } from './testing/fake-log.ts'
import type { FakeLog } from './testing/fake-log.ts'

const stream = 'orders'
const parkedStream = '$persistentsubscription-orders::g-parked'

const truncatedBefore = (log: Log): bigint | undefined => log.streamMetadata(parkedStream).truncateBefore
const parkedCount = async (driven: Driven): Promise<bigint> => (await driven.info(stream, 'g')).parkedMessageCount

/** A group whose first events are parked. */
const withParked = async (count: number): Promise<{ log: FakeLog; driven: Driven }> => {
  const log = fakeLog()
  const driven = drive(log)
  await appendTypes(log, stream, ...types(count))
  await driven.subsystem.create(request(stream))
  const group = await driven.group(stream, 'g')
  const one = fakeConsumer(count)
  group.connect(one.consumer)
  await driven.settle()
  group.nack(
    types(count).map((type) => `${stream}/${type}`),
    'park',
    '',
  )
  await driven.settle()
  group.disconnect(one.consumer)
  return { log, driven }
}

const connect = async (driven: Driven, window = 10): Promise<FakeConsumer> => {
  const one = fakeConsumer(window)
  ;(await driven.group(stream, 'g')).connect(one.consumer)
  await driven.settle()
  return one
}

describe('replaying parked messages (6.8)', () => {
  it('delivers the original events again, acknowledged by the parked link, then truncates', async () => {
    const { log, driven } = await withParked(3)
    expect(await parkedCount(driven)).to.equal(3n)
    const one = await connect(driven)
    const group = await driven.group(stream, 'g')
    group.replayParked(undefined)
    expect(group.status).to.equal('ReplayingParkedMessages, Live')
    await driven.settle()
    expect(one.delivered.map(({ type, stream: of, retryCount }) => [type, of, retryCount])).to.deep.equal([
      ['e0', stream, 0],
      ['e1', stream, 0],
      ['e2', stream, 0],
    ])
    expect([await parkedCount(driven), truncatedBefore(log)]).to.deep.equal([0n, undefined])
    group.ack(one.delivered.map(({ id }) => id))
    await driven.settle()
    expect([await parkedCount(driven), truncatedBefore(log), group.status]).to.deep.equal([0n, 3n, 'Live'])
  })

  it('stops before a number, and never goes back', async () => {
    const { driven } = await withParked(4)
    const one = await connect(driven)
    const group = await driven.group(stream, 'g')
    for (const stopAt of [0n, 3n, 3n, 1n]) {
      group.replayParked(stopAt)
      await driven.settle()
    }
    expect(one.seen()).to.deep.equal(['e0', 'e1', 'e2'])
    expect([await parkedCount(driven), group.status]).to.deep.equal([1n, 'Live'])
    group.replayParked(99n)
    await driven.settle()
    expect(one.seen()).to.deep.equal(['e0', 'e1', 'e2', 'e3'])
  })

  it('loses nothing in a crash before they are acknowledged', async () => {
    const { log, driven } = await withParked(3)
    const one = await connect(driven)
    const group = await driven.group(stream, 'g')
    group.replayParked(undefined)
    await driven.settle()
    group.ack(one.delivered.slice(0, 1).map(({ id }) => id))
    await driven.seconds(1)
    log.crash()
    const afterwards = drive(log)
    expect(await parkedCount(afterwards)).to.equal(2n)
    const after = await connect(afterwards)
    after.delivered.length = 0
    ;(await afterwards.group(stream, 'g')).replayParked(undefined)
    await afterwards.settle()
    expect(after.seen().slice(-2)).to.deep.equal(['e1', 'e2'])
  })

  it('cuts off what is acknowledged when the group is loaded anew', async () => {
    const { log, driven } = await withParked(3)
    const one = await connect(driven)
    const group = await driven.group(stream, 'g')
    group.replayParked(undefined)
    await driven.settle()
    group.ack(one.delivered.slice(0, 2).map(({ id }) => id))
    await driven.subsystem.restart()
    expect([await parkedCount(driven), truncatedBefore(log)]).to.deep.equal([1n, 2n])
  })

  it('parks again what fails again, with the number it had', async () => {
    const { log, driven } = await withParked(2)
    const one = await connect(driven)
    const group = await driven.group(stream, 'g')
    group.replayParked(undefined)
    await driven.settle()
    group.nack(
      one.delivered.map(({ id }) => id),
      'park',
      'again',
    )
    await driven.settle()
    const parked = log.readStream(parkedStream, 0n, 'forwards', 10).records
    expect(
      parked.map(({ revision, data, metadata }) => [
        revision,
        data.toString(),
        (JSON.parse(metadata.toString()) as { subscriptionEventNumber?: number }).subscriptionEventNumber,
      ]),
    ).to.deep.equal([
      [2n, '0@orders', undefined],
      [3n, '1@orders', 1],
    ])
    expect([await parkedCount(driven), truncatedBefore(log)]).to.deep.equal([2n, 2n])
  })

  it('retries replayed messages beside ordinary ones, ordinary ones first', async () => {
    const { log, driven } = await withParked(2)
    await appendTypes(log, stream, 'new0', 'new1')
    const one = await connect(driven, 1)
    const group = await driven.group(stream, 'g')
    group.replayParked(undefined)
    await driven.settle()
    group.nack([`${stream}/new0`], 'retry', '')
    expect(one.seen()).to.deep.equal(['new0', 'new0*1'])
    group.ack([`${stream}/new0`])
    group.nack(
      one.delivered.slice(-1).map(({ id }) => id),
      'retry',
      '',
    )
    for (let step = 0; step < 3; step += 1) group.ack(one.delivered.slice(-1).map(({ id }) => id))
    expect(one.seen()).to.deep.equal(['new0', 'new0*1', 'e0', 'e1', 'e0*1', 'new1'])
  })

  it('brings back what somebody else has taken from the cut, but nothing that is out', async () => {
    const { log, driven } = await withParked(4)
    const one = await connect(driven)
    const group = await driven.group(stream, 'g')
    group.replayParked(3n)
    await driven.settle()
    const [first, second, third] = one.delivered.map(({ id }) => id)
    group.ack([first ?? '', second ?? ''])
    await driven.seconds(1)
    expect(truncatedBefore(log)).to.equal(2n)
    await log.append(`$$${parkedStream}`, 'any', [
      { id: 'm', type: '$metadata', isJson: true, data: Buffer.from('{"$tb":1}'), metadata: Buffer.alloc(0) },
    ])
    expect(await parkedCount(driven)).to.equal(1n)
    group.replayParked(undefined)
    await driven.settle()
    expect(one.seen().slice(3)).to.deep.equal(['e1', 'e3'])
    group.ack([third ?? '', ...one.delivered.slice(3).map(({ id }) => id)])
    await driven.settle()
    expect([await parkedCount(driven), truncatedBefore(log)]).to.deep.equal([0n, 4n])
  })

  it('counts who asked for parking, and replays', async () => {
    const { driven } = await withParked(2)
    const one = await connect(driven)
    const group = await driven.group(stream, 'g')
    group.replayParked(undefined)
    await driven.settle()
    for (let tries = 0; tries <= 10; tries += 1) {
      group.nack(
        one.delivered.slice(-2).map(({ id }) => id),
        'retry',
        '',
      )
      await driven.settle()
    }
    const { parkedDueToClientNak, parkedDueToMaxRetries, parkedMessageReplays } = await driven.info(stream, 'g')
    expect([parkedDueToClientNak, parkedDueToMaxRetries, parkedMessageReplays]).to.deep.equal([2, 2, 1])
  })

  it('leaves out what has no event any more', async () => {
    const { log, driven } = await withParked(3)
    await log.append(`$$${stream}`, 'any', [
      { id: 'm', type: '$metadata', isJson: true, data: Buffer.from('{"$tb":2}'), metadata: Buffer.alloc(0) },
    ])
    const one = await connect(driven)
    ;(await driven.group(stream, 'g')).replayParked(undefined)
    await driven.settle()
    expect(one.seen()).to.deep.equal(['e2'])
  })

  it('holds no more in memory than the history buffer, and goes on as they are settled', async () => {
    const { driven } = await withParked(500)
    await driven.subsystem.update(request(stream, { historyBufferSize: 30 }))
    const group = await driven.group(stream, 'g')
    group.replayParked(undefined)
    await driven.settle()
    expect(group.waiting.retryCount).to.be.at.most(40)
    const one = await connect(driven, 20)
    const seen = new Set<string>()
    while (one.delivered.length > 0) {
      const batch = one.delivered.splice(0)
      for (const { type } of batch) seen.add(type ?? '')
      group.ack(batch.map(({ id }) => id))
      await driven.settle()
    }
    expect([...seen]).to.have.length(500)
  })

  it('delivers again what cannot be parked', async () => {
    const log = fakeLog()
    const driven = drive(log)
    log.breakStream(parkedStream)
    await appendTypes(log, stream, 'e0')
    await driven.subsystem.create(request(stream))
    const one = await connect(driven)
    const group = await driven.group(stream, 'g')
    group.nack([`${stream}/e0`], 'park', '')
    await driven.settle()
    expect(one.seen()).to.deep.equal(['e0', 'e0'])
  })
})
