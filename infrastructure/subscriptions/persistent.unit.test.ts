import { expect } from 'chai'
import sinon from 'sinon'
import type { StoredEvent } from '../event-store/port.ts'
import type { Outcome } from './outcome.ts'
import { Conflict, consumerUnderTest, gate } from '../../test/subscriptions/consumer-under-test.ts'
import { fakeEvent } from '../../test/subscriptions/fake-groups.ts'

describe('the consumer of a persistent subscription', () => {
  let clock: sinon.SinonFakeTimers
  beforeEach(() => {
    clock = sinon.useFakeTimers(1_000_000)
  })
  afterEach(() => {
    clock.restore()
  })
  const setUp = (options: Parameters<typeof consumerUnderTest>[1] = {}) => consumerUnderTest(clock, options)

  describe('in good times', () => {
    it('makes sure of the group, handles events and acknowledges them together', async () => {
      const { journal, connection, starts, drained, told } = await setUp()
      expect(journal).to.deep.equal(['probe', 'ensure order', 'connect'])
      connection().deliver(fakeEvent('a'))
      connection().deliver(fakeEvent('b'), { ackId: 'link-of-b', retryCount: 3 })
      await clock.tickAsync(19)
      expect(starts).to.deep.equal(['a 1/0', 'b 1/3'])
      expect(connection().acks).to.deep.equal([])
      await clock.tickAsync(2)
      expect(connection().acks).to.deep.equal([['a', 'link-of-b']])
      expect(told).to.deep.equal(['a done 0', 'b done 0'])
      await drained()
    })

    it('acknowledges at half the window, without waiting', async () => {
      const { connection, drained } = await setUp({ bufferSize: 4 })
      for (const id of ['a', 'b', 'c']) connection().deliver(fakeEvent(id))
      await clock.tickAsync(1)
      expect(connection().acks).to.deep.equal([['a', 'b']])
      await drained()
      expect(connection().acks).to.deep.equal([['a', 'b'], ['c']])
    })

    it('acknowledges unread what is not ours or has gone', async () => {
      const { connection, starts, drained, told } = await setUp()
      connection().deliver(fakeEvent('x', '$ce-order'))
      connection().deliver(undefined, { ackId: 'link-to-nothing' })
      await clock.tickAsync(30)
      expect(connection().acks).to.deep.equal([['x', 'link-to-nothing']])
      expect([starts, told, connection().read]).to.deep.equal([[], [], []])
      await drained()
    })

    it("handles one key's events one after another, others meanwhile", async () => {
      const first = gate()
      const { connection, starts, drained } = await setUp({ script: { a1: [first.step] } })
      for (const [id, stream] of [
        ['a1', 'order-a'],
        ['a2', 'order-a'],
        ['b1', 'order-b'],
      ] as const)
        connection().deliver(fakeEvent(id, stream))
      await clock.tickAsync(1)
      expect(starts).to.deep.equal(['a1 1/0', 'b1 1/0'])
      first.open()
      await clock.tickAsync(1)
      expect(starts).to.deep.equal(['a1 1/0', 'b1 1/0', 'a2 1/0'])
      await drained()
    })

    it('takes a second delivery of what it still holds for the same event', async () => {
      const first = gate()
      const { connection, starts, drained } = await setUp({ script: { a: [first.step] } })
      connection().deliver(fakeEvent('a'))
      connection().deliver(fakeEvent('a'), { retryCount: 1 })
      await clock.tickAsync(1)
      first.open()
      await clock.tickAsync(30)
      expect(starts).to.deep.equal(['a 1/0'])
      expect(connection().acks).to.deep.equal([['a']])
      await drained()
    })

    it('tells how much it holds and since when', async () => {
      const first = gate()
      const { connection, consumer, drained } = await setUp({ script: { a: [first.step] } })
      expect(consumer.status()).to.deep.equal({ state: 'running', inFlight: 0 })
      connection().deliver(fakeEvent('a', 'order-1', new Date(5_000)))
      connection().deliver(fakeEvent('b', 'order-1', new Date(4_000)))
      await clock.tickAsync(1)
      expect(consumer.status()).to.deep.equal({ state: 'running', inFlight: 2, oldestUnhandled: new Date(4_000) })
      first.open()
      await drained()
    })
  })

  describe('with an event that cannot be handled', () => {
    const retry = async (): Promise<Outcome> => ({ retry: 1_000, reason: 'locked' })

    it('waits and tries again, its key waiting with it', async () => {
      const { connection, starts, drained, told } = await setUp({ script: { a1: [retry, retry] } })
      connection().deliver(fakeEvent('a1', 'order-a'))
      connection().deliver(fakeEvent('a2', 'order-a'))
      await clock.tickAsync(999)
      expect(starts).to.deep.equal(['a1 1/0'])
      await clock.tickAsync(1)
      expect(starts).to.deep.equal(['a1 1/0', 'a1 2/0'])
      await clock.tickAsync(2_000)
      expect(starts).to.deep.equal(['a1 1/0', 'a1 2/0', 'a1 3/0', 'a2 1/0'])
      expect(told).to.deep.equal(['a1 done 3000', 'a2 done 0'])
      await drained()
    })

    it('leaves a passing fault unacknowledged after half the messageTimeout, and does not park it', async () => {
      const conflict = async (): Promise<Outcome> => {
        throw new Conflict('taken')
      }
      const { connection, told, drained } = await setUp({ script: { a: Array.from({ length: 100 }, () => conflict) } })
      connection().deliver(fakeEvent('a'))
      await clock.tickAsync(150_000)
      expect(told.filter((line) => line.startsWith('left unacknowledged'))).to.deep.equal([
        'left unacknowledged a: Error: taken',
      ])
      expect([connection().acks, connection().parks]).to.deep.equal([[], []])
      await drained()
    })

    it('parks what fails unforeseen, after a few attempts, with one line of JSON', async () => {
      const bug = async (): Promise<Outcome> => {
        throw new TypeError('x is\nundefined')
      }
      const { connection, starts, drained } = await setUp({ script: { a: Array.from({ length: 9 }, () => bug) } })
      connection().deliver(fakeEvent('a'), { ackId: 'link' })
      await clock.tickAsync(10_000)
      expect(starts).to.have.length(5)
      const parked = connection().parks.map(({ ackId, reason }) => ({
        ackId,
        lines: reason.split('\n').length,
        reason: JSON.parse(reason) as unknown,
      }))
      expect(parked).to.deep.equal([
        {
          ackId: 'link',
          lines: 1,
          reason: { code: 'unexpected_error', message: 'TypeError: x is\nundefined', attempts: 5, handlerVersion: '7' },
        },
      ])
      expect(connection().acks).to.deep.equal([])
      await drained()
    })

    it('parks what fails each time within a second, and delays no other key meanwhile', async () => {
      const fails = async (): Promise<Outcome> => {
        throw new Error('no such field')
      }
      const { connection, starts, drained } = await setUp({ script: { bad: Array(9).fill(fails) as (typeof fails)[] } })
      connection().deliver(fakeEvent('bad'))
      connection().deliver(fakeEvent('other'))
      await clock.tickAsync(1)
      expect(starts).to.deep.equal(['bad 1/0', 'other 1/0'])
      await clock.tickAsync(1_000)
      expect(connection().parks.map(({ ackId }) => ackId)).to.deep.equal(['bad'])
      await drained()
    })

    it('parks poison at once and goes on with the others', async () => {
      const poison = async (): Promise<Outcome> => ({ park: { code: 'schema_mismatch', message: 'no amount' } })
      const { connection, drained } = await setUp({ script: { a: [poison] } })
      connection().deliver(fakeEvent('a'))
      connection().deliver(fakeEvent('b'))
      await clock.tickAsync(30)
      expect(connection().parks.map(({ ackId }) => ackId)).to.deep.equal(['a'])
      expect(connection().acks).to.deep.equal([['b']])
      await drained()
    })

    it("parks what of the store's makes no sense, and goes on with the others; what is not ours it leaves alone", async () => {
      const told: string[] = []
      const { starts, connection, drained } = await consumerUnderTest(clock, {
        observe: {
          parked: ({ stream, type }, { code, message }) => {
            told.push(`${type} ${stream} ${code}: ${message}`)
          },
        },
      })
      const unusable = (stream: string) => ({
        event: { id: 'x', stream, type: 'Happened', data: {}, metadata: {} },
        reason: 'no position',
      })
      connection().deliver(undefined, { ackId: 'ours', unusable: unusable('order-1') })
      connection().deliver(undefined, { ackId: 'theirs', unusable: unusable('other-1') })
      connection().deliver(fakeEvent('b', 'order-1'))
      await clock.tickAsync(20)
      expect(connection().parks.map(({ ackId, reason }) => [ackId, JSON.parse(reason) as unknown])).to.deep.equal([
        ['ours', { code: 'unusable_event', message: 'no position', attempts: 0, handlerVersion: '7' }],
      ])
      expect([told, connection().acks, starts]).to.deep.equal([
        ['Happened order-1 unusable_event: no position'],
        [['theirs', 'b']],
        ['b 1/0'],
      ])
      await drained()
    })

    it('drops what waited for its turn until the server is about to send it again', async () => {
      const long = gate()
      const { connection, starts, told, drained } = await setUp({ script: { a1: [long.step] } })
      connection().deliver(fakeEvent('a1', 'order-a'))
      connection().deliver(fakeEvent('a2', 'order-a'))
      await clock.tickAsync(240_001)
      long.open()
      await clock.tickAsync(30)
      expect(starts).to.deep.equal(['a1 1/0'])
      expect(told).to.deep.equal(['a1 done 240001', 'left unacknowledged a2: it waited too long for its turn'])
      expect(connection().acks).to.deep.equal([['a1']])
      connection().deliver(fakeEvent('a2', 'order-a'), { retryCount: 1 })
      await clock.tickAsync(30)
      expect(starts).to.deep.equal(['a1 1/0', 'a2 1/1'])
      await drained()
    })
  })

  it('keeps no more than a bounded number and reads no further meanwhile', async () => {
    const gates = new Map<string, ReturnType<typeof gate>>()
    const handle = async ({ id }: StoredEvent): Promise<Outcome> => {
      const own = gate()
      gates.set(id, own)
      return own.step()
    }
    const { connection, consumer, drained } = await setUp({ bufferSize: 2, maxRunning: 2, handle })
    for (let index = 0; index < 10; index += 1) connection().deliver(fakeEvent(`e${index}`))
    await clock.tickAsync(1)
    expect([consumer.status().inFlight, gates.size]).to.deep.equal([4, 2])
    gates.get('e0')?.open()
    await clock.tickAsync(1)
    expect([consumer.status().inFlight, gates.size]).to.deep.equal([4, 3])
    for (const open of gates.values()) open.open()
    await drained()
  })

  it('ends although there is no room and nothing will give any', async () => {
    const never = new Promise<Outcome>(() => undefined)
    const { connection, consumer, starts, drained } = await setUp({ bufferSize: 1, maxRunning: 1, handle: () => never })
    for (let index = 0; index < 4; index += 1) connection().deliver(fakeEvent(`e${index}`))
    await clock.tickAsync(1)
    await drained()
    expect([starts, consumer.status().state, connection().closed()]).to.deep.equal([[], 'stopped', true])
  })
})
