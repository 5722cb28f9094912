import { expect } from 'chai'
import { appendTypes, clientDefaults, drive, fakeConsumer, request, types } from './testing/driven-group.ts'
import { fakeLog } from './testing/fake-log.ts'
import { refusal } from './testing/refusal.ts'

const stream = 'orders'

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
})
