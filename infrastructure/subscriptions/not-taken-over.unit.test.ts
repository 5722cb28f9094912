import { expect } from 'chai'
import sinon from 'sinon'
import type { StoredEvent } from '../event-store/port.ts'
import type { Outcome } from './outcome.ts'
import { Away, consumerUnderTest, gate } from './testing/consumer-under-test.ts'
import { fakeEvent } from './testing/fake-groups.ts'

describe('an event that is handed over is not taken', () => {
  let clock: sinon.SinonFakeTimers
  beforeEach(() => { clock = sinon.useFakeTimers(1_000_000) })
  afterEach(() => { clock.restore() })

  const handOver = { most: 100, forMs: 60_000, hasLetter: () => false }
  const setUp = (options: Parameters<typeof consumerUnderTest>[1] = {}) => consumerUnderTest(clock, { handOver, ...options })
  const says = (outcome: Outcome) => async () => outcome
  const poison: Outcome = { park: { code: 'poison', message: 'no amount' } }

  const starting = async (
    options: Parameters<typeof consumerUnderTest>[1],
    before: (under: Awaited<ReturnType<typeof consumerUnderTest>>) => Promise<unknown> | undefined = () => undefined,
    event: StoredEvent = fakeEvent('a', 'order-1'),
  ) => {
    const under = await setUp(options)
    await before(under)
    const startsBefore = under.starts.length
    under.consumer.offer(event)
    await clock.tickAsync(1)
    const started = under.starts.slice(startsBefore)
    await under.drained()
    return started
  }

  it('where it is not asked for', async () => {
    const { consumer, starts, drained } = await consumerUnderTest(clock)
    consumer.offer(fakeEvent('a'))
    await clock.tickAsync(1)
    expect(starts).to.deep.equal([])
    await drained()
  })

  it('by a group that does not look at it', async () => {
    expect(await starting({}, undefined, fakeEvent('a', 'other-1'))).to.deep.equal([])
  })

  it('for a key with a letter, whoever has put it aside', async () => {
    expect(await starting({ handOver: { ...handOver, hasLetter: (key) => key === 'order-1' } })).to.deep.equal([])
    const parks = ({ connection }: { readonly connection: () => { deliver(event: StoredEvent): void } }) => {
      connection().deliver(fakeEvent('bad', 'order-1'))
      return clock.tickAsync(30)
    }
    expect(await starting({ script: { bad: [says(poison)] } }, parks)).to.deep.equal([])
    expect(await starting({ script: { bad: [says(poison)] } }, parks, fakeEvent('a', 'order-2'))).to.deep.equal(['a 0/0'])
    // As many keys as can be remembered: the next could be any.
    expect(await starting({ script: { bad: [says(poison)] }, handOver: { ...handOver, most: 1 } }, parks, fakeEvent('a', 'order-2'))).to.deep.equal([])
  })

  it('while it is held, or after it was handled, by whatever way', async () => {
    const running = gate()
    const { consumer, connection, starts, drained } = await setUp({ script: { a: [running.step], b: [running.step] } })
    connection().deliver(fakeEvent('a', 'order-1'))
    consumer.offer(fakeEvent('b', 'order-2'))
    await clock.tickAsync(1)
    const offerBoth = async () => {
      consumer.offer(fakeEvent('a', 'order-1'))
      consumer.offer(fakeEvent('b', 'order-2'))
      await clock.tickAsync(1)
    }
    await offerBoth()
    running.open()
    await offerBoth()
    await offerBoth()
    expect(starts).to.have.members(['a 1/0', 'b 0/0'])
    await drained()
  })

  it('where there is no room for it: it is not kept until there is', async () => {
    const running = gate()
    const { consumer, connection, starts, drained } = await setUp({ maxRunning: 1, script: { b: [running.step] } })
    connection().deliver(fakeEvent('b'))
    await clock.tickAsync(1)
    consumer.offer(fakeEvent('a'))
    running.open()
    await clock.tickAsync(1)
    expect(starts).to.deep.equal(['b 1/0'])
    consumer.offer(fakeEvent('a'))
    await clock.tickAsync(1)
    expect(starts).to.deep.equal(['b 1/0', 'a 0/0'])
    await drained()
  })

  it('where everything that can be held waits to be tried again', async () => {
    const waits = says({ retry: 60_000, reason: 'locked' })
    const full: Parameters<typeof starting>[1] = ({ connection }) => {
      for (const id of ['b', 'c']) connection().deliver(fakeEvent(id))
      return clock.tickAsync(1)
    }
    expect(await starting({ bufferSize: 1, maxRunning: 1, script: { b: [waits], c: [waits] } }, full)).to.deep.equal([])
  })

  it('while the group is paused, cut off or draining', async () => {
    const away: Parameters<typeof starting>[1] = ({ connection }) => {
      connection().deliver(fakeEvent('gone', 'order-2'))
      return clock.tickAsync(1)
    }
    expect(await starting({ script: { gone: [async () => { throw new Away('gone') }] } }, away)).to.deep.equal([])
    expect(await starting({}, ({ connection }) => { connection().end(); return clock.tickAsync(1) })).to.deep.equal([])
    expect(await starting({}, ({ consumer }) => { void consumer.drain(); return undefined })).to.deep.equal([])
  })

  it('when as many wait for their deliveries as can be remembered, until those are not waited for any more', async () => {
    const { consumer, starts, drained } = await setUp({ handOver: { ...handOver, most: 2 } })
    for (const id of ['a', 'b', 'c']) {
      consumer.offer(fakeEvent(id))
      await clock.tickAsync(1)
    }
    expect(starts).to.deep.equal(['a 0/0', 'b 0/0'])
    await clock.tickAsync(60_000)
    consumer.offer(fakeEvent('c'))
    await clock.tickAsync(1)
    expect(starts).to.deep.equal(['a 0/0', 'b 0/0', 'c 0/0'])
    await drained()
  })
})
