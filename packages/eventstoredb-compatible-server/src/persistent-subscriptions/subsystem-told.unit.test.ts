import { expect } from 'chai'
import { appendTypes, drive, fakeConsumer, request, types } from './testing/driven-group.ts'
import { fakeLog } from './testing/fake-log.ts'
import { refusal } from './testing/refusal.ts'

const stream = 'orders'

describe('the groups of persistent subscriptions, to those who ask (6.8)', () => {
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
