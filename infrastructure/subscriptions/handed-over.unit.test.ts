import { expect } from 'chai'
import sinon from 'sinon'
import type { Outcome } from './outcome.ts'
import { Away, consumerUnderTest, gate } from './testing/consumer-under-test.ts'
import { fakeEvent } from './testing/fake-groups.ts'

describe('an event that is handed over', () => {
  let clock: sinon.SinonFakeTimers
  beforeEach(() => { clock = sinon.useFakeTimers(1_000_000) })
  afterEach(() => { clock.restore() })

  const handOver = { most: 100, forMs: 60_000, hasLetter: () => false }
  const setUp = (options: Parameters<typeof consumerUnderTest>[1] = {}) => consumerUnderTest(clock, { handOver, ...options })
  const says = (outcome: Outcome) => async () => outcome
  const poison: Outcome = { park: { code: 'poison', message: 'no amount' } }

  for (const outcome of ['done', 'ignored'] as const) {
    it(`is ${outcome} once, and its delivery is acknowledged unhandled`, async () => {
      const { consumer, connection, starts, told, drained } = await setUp({ script: { a: [says(outcome)] } })
      consumer.offer(fakeEvent('a'))
      await clock.tickAsync(1)
      expect([starts, told]).to.deep.equal([['a 0/0'], [`a ${outcome} 0`]])
      connection().deliver(fakeEvent('a'), { ackId: 'link' })
      await clock.tickAsync(30)
      expect([starts, connection().acks]).to.deep.equal([['a 0/0'], [['link']]])
      await drained()
    })
  }

  it('is handled like any other if it is delivered once more', async () => {
    const { consumer, connection, starts, drained } = await setUp()
    consumer.offer(fakeEvent('a'))
    await clock.tickAsync(1)
    for (const retryCount of [0, 1]) {
      connection().deliver(fakeEvent('a'), { retryCount })
      await clock.tickAsync(30)
    }
    expect([starts, connection().acks]).to.deep.equal([['a 0/0', 'a 1/1'], [['a'], ['a']]])
    await drained()
  })

  const notDone: readonly (readonly [what: string, ends: () => Promise<Outcome>])[] = [
    ['is parked', says(poison)],
    ['is to be retried', says({ retry: 1_000, reason: 'locked' })],
    ['meets what nobody foresaw', async () => { throw new TypeError('x') }],
    ['meets a store that is away', async () => { throw new Away('gone') }],
  ]
  for (const [what, ends] of notDone) {
    it(`is left to its delivery if it ${what}: nothing is parked, counted or paused by it`, async () => {
      const { consumer, connection, starts, told, drained } = await setUp({ script: { a: [ends, says('done')] } })
      consumer.offer(fakeEvent('a'))
      await clock.tickAsync(10_000)
      expect([starts, told, connection().parks, consumer.status().state]).to.deep.equal([['a 0/0'], [], [], 'running'])
      connection().deliver(fakeEvent('a'))
      await clock.tickAsync(30)
      expect([starts, connection().acks]).to.deep.equal([['a 0/0', 'a 1/0'], [['a']]])
      await drained()
    })

    it(`is handled anew, as a delivery, if it ${what} and the delivery has come meanwhile`, async () => {
      const running = Promise.withResolvers<undefined>()
      const { consumer, connection, starts, drained } = await setUp({ script: { a: [() => running.promise.then(ends), says(poison)] } })
      consumer.offer(fakeEvent('a'))
      connection().deliver(fakeEvent('a'))
      await clock.tickAsync(1)
      running.resolve(undefined)
      await clock.tickAsync(30)
      expect([starts, connection().acks]).to.deep.equal([['a 0/0', 'a 1/0'], []])
      expect(connection().parks.map(({ reason }) => JSON.parse(reason) as unknown)).to.deep.equal([
        { code: 'poison', message: 'no amount', attempts: 1, handlerVersion: '7' },
      ])
      await drained()
    })
  }

  it('is done for the delivery that has come meanwhile, too', async () => {
    const running = gate()
    const { consumer, connection, starts, drained } = await setUp({ script: { a: [running.step] } })
    consumer.offer(fakeEvent('a'))
    connection().deliver(fakeEvent('a'))
    await clock.tickAsync(1)
    running.open()
    await clock.tickAsync(30)
    expect([starts, connection().acks]).to.deep.equal([['a 0/0'], [['a']]])
    await drained()
  })

  it('is a delivery from the start if that comes before its turn', async () => {
    const first = gate()
    const { consumer, connection, starts, drained } = await setUp({ script: { b: [first.step], a: [says(poison)] } })
    connection().deliver(fakeEvent('b', 'order-1'))
    await clock.tickAsync(1)
    consumer.offer(fakeEvent('a', 'order-1'))
    connection().deliver(fakeEvent('a', 'order-1'))
    await clock.tickAsync(1)
    first.open()
    await clock.tickAsync(30)
    expect([starts, connection().parks.map(({ ackId }) => ackId)]).to.deep.equal([['b 1/0', 'a 1/0'], ['a']])
    await drained()
  })

  it('waits behind its key, and is nothing that the group is behind with', async () => {
    const first = gate()
    const { consumer, starts, drained } = await setUp({ script: { a: [first.step] } })
    consumer.offer(fakeEvent('a', 'order-1'))
    consumer.offer(fakeEvent('b', 'order-1'))
    await clock.tickAsync(1)
    expect([starts, consumer.status().oldestUnhandled]).to.deep.equal([['a 0/0'], undefined])
    first.open()
    await clock.tickAsync(1)
    expect(starts).to.deep.equal(['a 0/0', 'b 0/0'])
    await drained()
  })

  describe('when the subscription ends', () => {
    it('is forgotten if it has not started', async () => {
      const first = gate()
      const { consumer, connection, starts, drained } = await setUp({ script: { b: [first.step] } })
      connection(0).deliver(fakeEvent('b', 'order-1'))
      await clock.tickAsync(1)
      consumer.offer(fakeEvent('a', 'order-1'))
      connection(0).end()
      await clock.tickAsync(300)
      first.open()
      await clock.tickAsync(1)
      expect(starts).to.deep.equal(['b 1/0'])
      connection(1).deliver(fakeEvent('a', 'order-1'))
      await clock.tickAsync(30)
      expect([starts, connection(1).acks]).to.deep.equal([['b 1/0', 'a 1/0'], [['a']]])
      await drained()
    })

    it('is not begun anew as a delivery if the group is left meanwhile', async () => {
      const running = Promise.withResolvers<undefined>()
      const { consumer, connection, starts, drained } = await setUp({
        script: { a: [() => running.promise.then(() => ({ retry: 1_000, reason: 'locked' }))] },
      })
      consumer.offer(fakeEvent('a'))
      connection().deliver(fakeEvent('a'))
      await clock.tickAsync(1)
      const end = drained()
      running.resolve(undefined)
      await end
      expect([starts, connection().acks]).to.deep.equal([['a 0/0'], []])
    })

    it('is done if it runs to its end', async () => {
      const running = gate()
      const { consumer, connection, starts, drained } = await setUp({ script: { a: [running.step] } })
      consumer.offer(fakeEvent('a'))
      connection(0).end()
      await clock.tickAsync(300)
      running.open()
      connection(1).deliver(fakeEvent('a'))
      await clock.tickAsync(30)
      expect([starts, connection(1).acks]).to.deep.equal([['a 0/0'], [['a']]])
      await drained()
    })
  })
})
