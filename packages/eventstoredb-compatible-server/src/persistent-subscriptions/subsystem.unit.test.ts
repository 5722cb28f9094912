import { expect } from 'chai'
import { RpcError } from '../grpc/errors.ts'
import { appendTypes, clientDefaults, drive, fakeConsumer, request, types } from './testing/driven-group.ts'
import { fakeLog } from './testing/fake-log.ts'

const stream = 'orders'

/** The `exception` trailer and the reason of the refusal; fails when there is none. */
const refusal = async (work: Promise<unknown>): Promise<readonly unknown[]> => {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof RpcError)) throw new Error(`not refused: ${String(error)}`)
  const { exception, reason } = error.metadata.getMap()
  return reason === undefined ? [exception] : [exception, reason]
}

describe('the groups of persistent subscriptions (6.1, 6.2, 6.8)', () => {
  it('are created once, and missed when they are not there', async () => {
    const { subsystem } = drive(fakeLog())
    await subsystem.create(request(stream))
    expect(await refusal(subsystem.create(request(stream)))).to.deep.equal(['persistent-subscription-exists'])
    expect(await refusal(subsystem.update({ ...request(stream), group: 'other' }))).to.deep.equal([
      'persistent-subscription-does-not-exist',
    ])
    expect(await refusal(subsystem.delete('other', 'g'))).to.deep.equal(['persistent-subscription-does-not-exist'])
    expect(await refusal(subsystem.group(stream, 'other'))).to.deep.equal(['persistent-subscription-does-not-exist'])
  })

  it('are refused with bad settings', async () => {
    const log = fakeLog()
    const { subsystem } = drive(log)
    await appendTypes(log, 'other', 'e')
    const failed = 'persistent-subscription-failed'
    const refused = [
      await refusal(subsystem.create(request(''))),
      await refusal(subsystem.create(request(stream, { strategy: 'Nope' }))),
      await refusal(subsystem.create(request(stream, {}, { startFrom: 18_446_744_073_709_551_614n }))),
      await refusal(subsystem.create(request('$all', {}, { startFrom: 1n }))),
      await refusal(subsystem.create(request(stream, { readBatchSize: 500 }))),
    ]
    expect(refused).to.deep.equal([
      [failed, 'Bad stream name.'],
      [failed, 'Consumer strategy Nope does not exist.'],
      [failed, 'Invalid Start From position: event number must be greater than or equal to -1.'],
      [
        failed,
        'Invalid Start From position: commit position must be less than or equal to the last commit position in the transaction file.',
      ],
      [
        failed,
        "Specified argument was out of the range of valid values. (Parameter 'ReadBatchSize may not be greater than or equal to BufferSize')",
      ],
    ])
    expect(await subsystem.list(undefined)).to.deep.equal([])
  })

  it('are there again after a restart, as they were', async () => {
    const log = fakeLog()
    const driven = drive(log)
    const filter = { on: 'stream', regex: '', prefixes: ['a,b', 'c'] } as const
    await driven.subsystem.create(
      request(
        '$all',
        { ...clientDefaults, strategy: 'Pinned', resolveLinkTos: true, maxRetryCount: 0 },
        { filter, startFrom: 'end' },
      ),
    )
    await driven.subsystem.create(request(stream, { extraStatistics: true }, { startFrom: 5n }))
    const before = (await driven.subsystem.list(undefined)).map(({ config }) => config)
    log.crash()
    const after = (await drive(log).subsystem.list(undefined)).map(({ config }) => config)
    expect(after).to.deep.equal(before)
    expect(log.streamMetadata('$persistentSubscriptionConfig').maxCount).to.equal(2n)
    const [stored] = log.readStream('$persistentSubscriptionConfig', 'end', 'backwards', 1).records
    const text = stored?.data.toString() ?? ''
    const { version, entries } = JSON.parse(text) as { version: string; entries: Record<string, unknown>[] }
    expect([
      stored?.type,
      version,
      entries.length,
      entries[1]?.['startPosition'],
      entries[0]?.['maxRetryCount'],
    ]).to.deep.equal(['$PersistentConfig', '2', 2, '5', undefined])
    // All digits of it, which JSON.parse would not show.
    expect(text.match(/"startFrom":[^,]*/g)).to.deep.equal(['"startFrom":-9223372036854775808', '"startFrom":5'])
  })

  it('drop their consumers when updated, and deliver again from the checkpoint with the new settings', async () => {
    const log = fakeLog()
    const driven = drive(log)
    await appendTypes(log, stream, ...types(4))
    await driven.subsystem.create(request(stream, { minCheckPointCount: 1, maxCheckPointCount: 1 }))
    const group = await driven.group(stream, 'g')
    const one = fakeConsumer()
    group.connect(one.consumer)
    await driven.settle()
    group.ack([`${stream}/e0`])
    group.nack([`${stream}/e1`], 'retry', '')
    await driven.subsystem.update(request(stream, { maxRetryCount: 3 }, { startFrom: 'end' }))
    expect(one.dropped).to.equal(true)
    group.nack([`${stream}/e3`], 'park', 'of a group that is gone')
    const again = fakeConsumer()
    ;(await driven.group(stream, 'g')).connect(again.consumer)
    await driven.settle()
    expect(again.seen()).to.deep.equal(['e1', 'e2', 'e3'])
    const info = await driven.info(stream, 'g')
    expect([info.settings.maxRetryCount, info.parkedMessageCount]).to.deep.equal([3, 0n])
  })

  it('keep their filter, and where the end was, when updated', async () => {
    const log = fakeLog()
    const driven = drive(log)
    const filter = { on: 'type', regex: '^e', prefixes: [] } as const
    await driven.subsystem.create(request('$all', {}, { filter, startFrom: 'end' }))
    await appendTypes(log, stream, 'e0', 'other')
    await driven.subsystem.update(request('$all', {}, { startFrom: 'end' }))
    const one = fakeConsumer()
    ;(await driven.group('$all', 'g')).connect(one.consumer)
    await driven.settle()
    expect(one.seen()).to.deep.equal(['e0'])
  })

  it('leave nothing behind when deleted', async () => {
    const log = fakeLog()
    const driven = drive(log)
    await appendTypes(log, stream, ...types(3))
    await driven.subsystem.create(request(stream, { minCheckPointCount: 1, maxCheckPointCount: 1 }))
    const group = await driven.group(stream, 'g')
    const one = fakeConsumer()
    group.connect(one.consumer)
    await driven.settle()
    group.ack([`${stream}/e0`])
    group.nack([`${stream}/e1`], 'park', '')
    await driven.subsystem.delete(stream, 'g')
    expect(one.dropped).to.equal(true)
    await driven.subsystem.create(request(stream))
    const again = fakeConsumer()
    const fresh = await driven.group(stream, 'g')
    fresh.connect(again.consumer)
    await driven.settle()
    expect(again.seen()).to.deep.equal(['e0', 'e1', 'e2'])
    const info = await driven.info(stream, 'g')
    expect([info.lastCheckpointedEventPosition, info.parkedMessageCount]).to.deep.equal(['', 0n])
    fresh.nack([`${stream}/e2`], 'park', '')
    await driven.settle()
    expect((await driven.info(stream, 'g')).parkedMessageCount).to.equal(1n)
    fresh.replayParked(undefined)
    await driven.settle()
    expect(again.seen().slice(3)).to.deep.equal(['e2'])
  })

  it('are listed by stream: none there ever is an error, none left is not', async () => {
    const { subsystem } = drive(fakeLog())
    expect(await refusal(subsystem.list(stream))).to.deep.equal(['persistent-subscription-does-not-exist'])
    await subsystem.create(request(stream))
    await subsystem.create(request('$all'))
    expect((await subsystem.list(stream)).map(({ config }) => config.stream)).to.deep.equal([stream])
    expect(await subsystem.list(undefined)).to.have.length(2)
    await subsystem.delete(stream, 'g')
    expect(await subsystem.list(stream)).to.deep.equal([])
  })

  it('on $all are not given their own streams, but the settings and the streams of others', async () => {
    const log = fakeLog()
    const driven = drive(log)
    await driven.subsystem.create(
      request('$all', { minCheckPointCount: 1, maxCheckPointCount: 1 }, { startFrom: 'end' }),
    )
    await driven.subsystem.create(request(stream, { minCheckPointCount: 1, maxCheckPointCount: 1 }))
    const one = fakeConsumer(100)
    const all = await driven.group('$all', 'g')
    all.connect(one.consumer)
    const other = await driven.group(stream, 'g')
    other.connect(fakeConsumer().consumer)
    await appendTypes(log, stream, 'e0')
    await driven.settle()
    other.nack([`${stream}/e0`], 'park', '')
    await driven.settle()
    all.ack(one.delivered.map(({ id }) => id))
    await driven.settle()
    expect(one.seen()).to.deep.equal([
      '$metadata',
      '$PersistentConfig',
      '$PersistentConfig',
      'e0',
      '$>',
      '$SubscriptionCheckpoint',
    ])
  })

  it('stop listening when they are shut down', async () => {
    const log = fakeLog()
    const driven = drive(log)
    await driven.subsystem.create(request(stream))
    const one = fakeConsumer()
    ;(await driven.group(stream, 'g')).connect(one.consumer)
    expect(log.listeners()).to.equal(1)
    await driven.subsystem.stop()
    expect([log.listeners(), one.dropped]).to.deep.equal([0, true])
  })

  it('tell what they do', async () => {
    const log = fakeLog()
    const driven = drive(log)
    await appendTypes(log, stream, ...types(30))
    await driven.subsystem.create(request(stream, { extraStatistics: true, liveBufferSize: 2, maxRetryCount: 0 }))
    const group = await driven.group(stream, 'g')
    const one = fakeConsumer(4, true)
    group.connect(one.consumer)
    await driven.settle()
    await driven.info(stream, 'g')
    driven.milliseconds(20)
    group.ack([`${stream}/e0`, `${stream}/e1`])
    group.nack([`${stream}/e2`], 'park', '')
    await appendTypes(log, stream, 'a', 'b', 'c')
    await driven.settle()
    driven.milliseconds(980)
    const info = await driven.info(stream, 'g')
    expect(info).to.deep.include({
      eventSource: stream,
      groupName: 'g',
      status: 'Live',
      startFrom: '0',
      totalItems: 7,
      countSinceLastMeasurement: 3,
      averagePerSecond: 3,
      lastCheckpointedEventPosition: '',
      lastKnownEventPosition: '32',
      readBufferCount: 26,
      retryBufferCount: 0,
      liveBufferCount: 2,
      totalInFlightMessages: 4,
      outstandingMessagesCount: 4,
      parkedMessageCount: 1n,
    })
    const [connection] = info.connections
    expect(connection).to.deep.include({
      totalItems: 7,
      inFlightMessages: 4,
      availableSlots: 0,
      averageItemsPerSecond: 3,
      connectionName: 'test',
    })
    expect(connection?.observedMeasurements.map(({ key, value }) => `${key} ${value}`)).to.deep.equal([
      'Mean 2000',
      'Median 2000',
      'Fastest 2000',
      'Quintile 1 2000',
      'Quintile 2 2000',
      'Quintile 3 2000',
      'Quintile 4 2000',
      'Quintile 5 2000',
      '90% 2000',
      '95% 2000',
      '99% 2000',
      '99.5% 2000',
      '99.9% 2000',
      'Highest 2000',
    ])
  })
})
