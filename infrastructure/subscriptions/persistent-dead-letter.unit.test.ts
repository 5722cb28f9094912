import { expect } from 'chai'
import sinon from 'sinon'
import { Away, consumerUnderTest, gate } from '../../test/subscriptions/consumer-under-test.ts'
import { fakeEvent } from '../../test/subscriptions/fake-groups.ts'
import { rejection } from '../../test/support/rejection.ts'
import type { StoredEvent } from '../event-store/port.ts'
import type { Outcome } from './outcome.ts'
import { ConsumerPaused } from './persistent.ts'

describe('the consumer of a persistent subscription, interrupted', () => {
  let clock: sinon.SinonFakeTimers
  beforeEach(() => {
    clock = sinon.useFakeTimers(1_000_000)
  })
  afterEach(() => {
    clock.restore()
  })
  const setUp = (options: Parameters<typeof consumerUnderTest>[1] = {}) => consumerUnderTest(clock, options)

  describe('with a dead letter handed in', () => {
    it("has it handled behind its key's other work and tells the outcome, without a word to the server", async () => {
      const first = gate()
      const poison = async (): Promise<Outcome> => ({ park: { code: 'still', message: 'bad' } })
      const parked: string[] = []
      const observe = {
        parked: ({ id }: StoredEvent) => {
          parked.push(id)
        },
      }
      const { connection, consumer, starts, drained } = await setUp({
        script: { a: [first.step], bad: [poison] },
        observe,
      })
      connection().deliver(fakeEvent('a', 'order-a'))
      await clock.tickAsync(1)
      const letter = consumer.submit(fakeEvent('letter', 'order-a'))
      const bad = consumer.submit(fakeEvent('bad'))
      await clock.tickAsync(1)
      expect(starts).to.deep.equal(['a 1/0', 'bad 1/1'])
      first.open()
      expect([await letter, await bad]).to.deep.equal(['done', { park: { code: 'still', message: 'bad' } }])
      await clock.tickAsync(30)
      // Nor is it counted once more: it has been parked before.
      expect([connection().acks, connection().parks, parked]).to.deep.equal([[['a']], [], []])
      await drained()
    })

    it('refuses it while paused, and when it stops before its turn', async () => {
      const first = gate()
      const { connection, consumer, drained } = await setUp({ script: { a: [first.step] } })
      connection().deliver(fakeEvent('a', 'order-a'))
      await clock.tickAsync(1)
      const waiting = rejection(consumer.submit(fakeEvent('letter', 'order-a')))
      const end = drained()
      expect(await waiting).to.be.instanceOf(ConsumerPaused)
      expect(await rejection(consumer.submit(fakeEvent('other')))).to.be.instanceOf(ConsumerPaused)
      first.open()
      await end
    })

    it('passes on that a store is away, and pauses', async () => {
      const { consumer, told, drained } = await setUp({
        script: {
          letter: [
            async () => {
              throw new Away('gone')
            },
          ],
        },
      })
      expect(await rejection(consumer.submit(fakeEvent('letter')))).to.be.instanceOf(Away)
      await clock.tickAsync(400)
      expect(told).to.deep.equal(['paused: gone', 'resumed'])
      await drained()
    })
  })
})
