import { expect } from 'chai'
import sinon from 'sinon'
import type { Outcome } from './outcome.ts'
import { Away, consumerUnderTest, gate } from '../../test/subscriptions/consumer-under-test.ts'
import { createFakeGroups, fakeEvent } from '../../test/subscriptions/fake-groups.ts'

describe('the consumer of a persistent subscription, interrupted', () => {
  let clock: sinon.SinonFakeTimers
  beforeEach(() => {
    clock = sinon.useFakeTimers(1_000_000)
  })
  afterEach(() => {
    clock.restore()
  })
  const setUp = (options: Parameters<typeof consumerUnderTest>[1] = {}) => consumerUnderTest(clock, options)

  describe('when a store is away', () => {
    it('pauses in order, parks nothing, probes, and subscribes again', async () => {
      const slow = gate()
      let isThere = true
      const probes: string[] = []
      const { connection, journal, starts, told, consumer, drained } = await setUp({
        script: {
          slow: [slow.step],
          a: [
            async () => {
              isThere = false
              throw new Away('no connection')
            },
          ],
        },
        probe: async () => {
          probes.push(isThere ? 'there' : 'away')
          if (!isThere) throw new Away('still away')
        },
      })
      connection().deliver(fakeEvent('slow'))
      connection().deliver(fakeEvent('a', 'order-a', new Date(2_000)))
      connection().deliver(fakeEvent('behind', 'order-a', new Date(3_000)))
      await clock.tickAsync(1)
      connection().deliver(fakeEvent('late'))
      await clock.tickAsync(1_000)
      expect(connection().closed()).to.equal(false)
      slow.open()
      await clock.tickAsync(200)
      expect(connection().acks).to.deep.equal([['slow']])
      expect(connection().closed()).to.equal(false)
      await clock.tickAsync(60_000)
      expect(journal.slice(2)).to.deep.equal(['ack slow', 'close'])
      expect(told).to.deep.equal(['slow done 1001', 'paused: no connection'])
      expect(consumer.status()).to.deep.include({ state: 'paused', reason: 'still away', inFlight: 0 })
      isThere = true
      await clock.tickAsync(10_000)
      expect(journal.slice(4)).to.deep.equal(['ensure order', 'connect'])
      expect(probes.slice(-2)).to.deep.equal(['away', 'there'])
      expect(told.slice(2)).to.deep.equal(['resumed'])
      connection(1).deliver(fakeEvent('a', 'order-a'), { retryCount: 1 })
      await clock.tickAsync(30)
      expect(starts).to.deep.equal(['slow 1/0', 'a 1/0', 'a 1/1'])
      expect([...connection(0).parks, ...connection(1).parks]).to.deep.equal([])
      await drained()
    })

    it('goes on after five minutes as if nothing had been, and has parked nothing', async () => {
      let isThere = true
      const asksTheStore = async (): Promise<Outcome> => {
        if (!isThere) throw new Away('no connection')
        return 'done'
      }
      const { connections, connection, starts, drained } = await setUp({
        script: { a: [asksTheStore, asksTheStore], b: [asksTheStore, asksTheStore] },
        probe: async () => {
          if (!isThere) throw new Away('still away')
        },
      })
      isThere = false
      for (const id of ['a', 'b', 'c']) connection().deliver(fakeEvent(id))
      await clock.tickAsync(300_000)
      isThere = true
      // At the latest two seconds after its return.
      await clock.tickAsync(2_000)
      expect(connections).to.have.length(2)
      for (const id of ['a', 'b', 'c']) connection(1).deliver(fakeEvent(id), { retryCount: 1 })
      await clock.tickAsync(30)
      expect(starts.slice(-3)).to.deep.equal(['a 1/1', 'b 1/1', 'c 1/1'])
      expect(connections.flatMap(({ parks }) => parks)).to.deep.equal([])
      expect(connection(1).acks.flat()).to.have.members(['a', 'b', 'c'])
      await drained()
    })

    it('does not wait for ever for handlers that hang', async () => {
      const hangs = gate()
      const { connection, drained } = await setUp({
        script: {
          hangs: [hangs.step],
          a: [
            async () => {
              throw new Away('gone')
            },
          ],
        },
      })
      connection().deliver(fakeEvent('hangs'))
      connection().deliver(fakeEvent('a'))
      await clock.tickAsync(10_300)
      expect(connection().closed()).to.equal(true)
      hangs.open()
      await drained()
    })

    it('keeps trying with capped pauses while the subscription is refused, and says why', async () => {
      const groups = createFakeGroups()
      for (let index = 0; index < 20; index += 1) groups.refuseNext(new Away('refused'))
      const { consumer, told, drained } = await setUp({ store: groups.store })
      expect(consumer.status()).to.deep.include({ state: 'paused', reason: 'refused' })
      await clock.tickAsync(200_000)
      expect(groups.connections).to.have.length(1)
      expect(groups.journal.filter((line) => line === 'ensure order')).to.have.length(21)
      expect(consumer.status().state).to.equal('running')
      expect(told).to.deep.equal(['paused: refused', 'resumed'])
      await drained()
    })
  })

  describe('when the subscription ends unasked', () => {
    for (const error of [undefined, new Error('dropped')]) {
      it(`subscribes again after ${error === undefined ? 'an end in good order' : 'an error'}`, async () => {
        const { connection, connections, told, drained } = await setUp()
        connection().end(error)
        await clock.tickAsync(300)
        expect(connections).to.have.length(2)
        expect(connection().closed()).to.equal(true)
        expect(told).to.deep.equal([`dropped: ${error === undefined ? 'in good order' : 'dropped'}`])
        await drained()
      })
    }

    it('handles what runs on once, and answers on the new connection', async () => {
      const running = gate()
      const { connection, starts, drained } = await setUp({ script: { a: [running.step] } })
      connection().deliver(fakeEvent('a', 'order-a'))
      connection().deliver(fakeEvent('b', 'order-a'))
      await clock.tickAsync(1)
      connection().end(new Error('dropped'))
      await clock.tickAsync(300)
      connection(1).deliver(fakeEvent('a', 'order-a'), { retryCount: 1 })
      connection(1).deliver(fakeEvent('b', 'order-a'), { retryCount: 1 })
      await clock.tickAsync(1)
      expect(starts).to.deep.equal(['a 1/0'])
      running.open()
      await clock.tickAsync(30)
      expect(starts).to.deep.equal(['a 1/0', 'b 1/1'])
      expect([connection(0).acks, connection(1).acks]).to.deep.equal([[], [['a', 'b']]])
      await drained()
    })
  })

  describe('when it is drained', () => {
    it('sends what it has gathered before it leaves, however long that would have waited for more', async () => {
      const { connection, journal, drained } = await setUp({ timing: { ackLingerMs: 60_000 } })
      connection().deliver(fakeEvent('a'))
      await clock.tickAsync(10)
      expect(connection().acks).to.deep.equal([])
      await drained()
      expect(journal.slice(-2)).to.deep.equal(['ack a', 'close'])
    })

    it('lets what runs settle, answers, waits a moment, and starts nothing more', async () => {
      const running = gate()
      const { connection, journal, starts, consumer } = await setUp({ script: { a: [running.step] } })
      connection().deliver(fakeEvent('a', 'order-a'))
      connection().deliver(fakeEvent('b', 'order-a'))
      await clock.tickAsync(1)
      const drained = consumer.drain()
      expect(consumer.status()).to.deep.include({ state: 'draining' })
      await clock.tickAsync(500)
      running.open()
      await clock.tickAsync(249)
      expect(journal.slice(3)).to.deep.equal(['ack a'])
      await clock.tickAsync(2)
      await drained
      expect(journal.slice(3)).to.deep.equal(['ack a', 'close'])
      expect(starts).to.deep.equal(['a 1/0'])
      expect(consumer.status()).to.deep.equal({ state: 'stopped', inFlight: 0, oldestUnhandled: new Date(0) })
      expect(clock.countTimers()).to.equal(0)
    })

    it('ends while it is paused', async () => {
      const groups = createFakeGroups()
      for (let index = 0; index < 9; index += 1) groups.refuseNext(new Away('refused'))
      const { consumer } = await setUp({ store: groups.store })
      const drained = consumer.drain()
      await clock.tickAsync(1)
      await drained
      expect(consumer.status().state).to.equal('stopped')
      expect([groups.connections.length, clock.countTimers()]).to.deep.equal([0, 0])
    })
  })
})
