import { expect } from 'chai'
import sinon from 'sinon'
import type { StoredEvent } from '../event-store/port.ts'
import type { ConsumerOptions } from './consumer-options.ts'
import type { Outcome } from './outcome.ts'
import { consumeGroup, ConsumerPaused } from './persistent.ts'
import { createFakeGroups, fakeEvent, type FakeConnection } from './testing/fake-groups.ts'

class Away extends Error {}
class Conflict extends Error {}

const settings = {
  messageTimeoutMs: 300_000, maxRetryCount: 10, checkPointLowerBound: 1, checkPointUpperBound: 100, checkPointAfterMs: 1_000,
  readBatchSize: 100, historyBufferSize: 500, liveBufferSize: 500,
}

describe('the consumer of a persistent subscription', () => {
  let clock: sinon.SinonFakeTimers
  beforeEach(() => { clock = sinon.useFakeTimers(1_000_000) })
  afterEach(() => { clock.restore() })

  /** A consumer whose handler does what `script` has for the event's id, one entry an attempt; then 'done'. */
  const setUp = async (options: Partial<ConsumerOptions> & { script?: Record<string, (() => Promise<Outcome>)[]> } = {}) => {
    const groups = createFakeGroups()
    const starts: string[] = []
    const told: string[] = []
    const { script = {}, ...more } = options
    const consumer = consumeGroup({
      store: groups.store, group: 'order', settings, bufferSize: 100, maxRunning: 10,
      keyOf: ({ stream }) => stream,
      isOurs: ({ stream }) => stream.startsWith('order-'),
      handle: async ({ id }, { attempt, retryCount }) => {
        starts.push(`${id} ${attempt}/${retryCount}`)
        return (await script[id]?.shift()?.()) ?? 'done'
      },
      isStoreAway: (error) => error instanceof Away,
      isPassing: (error) => error instanceof Conflict,
      probe: async () => { groups.journal.push('probe') },
      handlerVersion: '7',
      random: () => 1,
      observe: {
        handled: ({ id }, outcome, ms) => told.push(`${id} ${typeof outcome === 'string' ? outcome : Object.keys(outcome)[0]} ${ms}`),
        paused: (reason) => told.push(`paused: ${reason}`),
        resumed: () => told.push('resumed'),
        dropped: (error) => told.push(`dropped: ${error instanceof Error ? error.message : 'in good order'}`),
        letGo: ({ id }, reason) => told.push(`let go ${id}: ${reason}`),
      },
      ...more,
    })
    await clock.tickAsync(1)
    const connection = (index = 0): FakeConnection => groups.connections[index] ?? expect.fail(`no connection ${index}`)
    const drained = async () => { const end = consumer.drain(); await clock.tickAsync(30_000); await end }
    return { ...groups, consumer, starts, told, connection, drained }
  }

  /** A handler's step that ends when it is told to. */
  const gate = () => {
    const { promise, resolve, reject } = Promise.withResolvers<Outcome>()
    return { step: () => promise, open: () => { resolve('done') }, fail: (error: Error) => { reject(error) } }
  }

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

    it('acknowledges unseen what is not ours or has gone', async () => {
      const { connection, starts, drained, told } = await setUp()
      connection().deliver(fakeEvent('x', '$ce-order'))
      connection().deliver(undefined, { ackId: 'link-to-nothing' })
      await clock.tickAsync(30)
      expect(connection().acks).to.deep.equal([['x', 'link-to-nothing']])
      expect([starts, told]).to.deep.equal([[], []])
      await drained()
    })

    it('handles one key\'s events one after another, others meanwhile', async () => {
      const first = gate()
      const { connection, starts, drained } = await setUp({ script: { a1: [first.step] } })
      for (const [id, stream] of [['a1', 'order-a'], ['a2', 'order-a'], ['b1', 'order-b']] as const) connection().deliver(fakeEvent(id, stream))
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

    it('lets a passing fault go after half the messageTimeout: neither acknowledged nor parked', async () => {
      const conflict = async (): Promise<Outcome> => { throw new Conflict('taken') }
      const { connection, told, drained } = await setUp({ script: { a: Array.from({ length: 100 }, () => conflict) } })
      connection().deliver(fakeEvent('a'))
      await clock.tickAsync(150_000)
      expect(told.filter((line) => line.startsWith('let go'))).to.deep.equal(['let go a: Error: taken'])
      expect([connection().acks, connection().parks]).to.deep.equal([[], []])
      await drained()
    })

    it('parks what fails unforeseen, after a few attempts, with one line of JSON', async () => {
      const bug = async (): Promise<Outcome> => { throw new TypeError('x is\nundefined') }
      const { connection, starts, drained } = await setUp({ script: { a: Array.from({ length: 9 }, () => bug) } })
      connection().deliver(fakeEvent('a'), { ackId: 'link' })
      await clock.tickAsync(10_000)
      expect(starts).to.have.length(5)
      const parked = connection().parks.map(({ ackId, reason }) => ({ ackId, lines: reason.split('\n').length, reason: JSON.parse(reason) as unknown }))
      expect(parked).to.deep.equal([{
        ackId: 'link', lines: 1,
        reason: { code: 'unexpected_error', message: 'TypeError: x is\nundefined', attempts: 5, handlerVersion: '7' },
      }])
      expect(connection().acks).to.deep.equal([])
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

    it('drops what waited for its turn until the server is about to send it again', async () => {
      const long = gate()
      const { connection, starts, told, drained } = await setUp({ script: { a1: [long.step] } })
      connection().deliver(fakeEvent('a1', 'order-a'))
      connection().deliver(fakeEvent('a2', 'order-a'))
      await clock.tickAsync(240_001)
      long.open()
      await clock.tickAsync(30)
      expect(starts).to.deep.equal(['a1 1/0'])
      expect(told).to.deep.equal(['a1 done 240001', 'let go a2: it waited too long for its turn'])
      expect(connection().acks).to.deep.equal([['a1']])
      connection().deliver(fakeEvent('a2', 'order-a'), { retryCount: 1 })
      await clock.tickAsync(30)
      expect(starts).to.deep.equal(['a1 1/0', 'a2 1/1'])
      await drained()
    })
  })

  describe('when a store is away', () => {
    it('pauses in order, parks nothing, probes, and subscribes again', async () => {
      const slow = gate()
      let isThere = true
      const probes: string[] = []
      const { connection, journal, starts, told, consumer, drained } = await setUp({
        script: { slow: [slow.step], a: [async () => { isThere = false; throw new Away('no connection') }] },
        probe: async () => { probes.push(isThere ? 'there' : 'away'); if (!isThere) throw new Away('still away') },
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

    it('does not wait for ever for handlers that hang', async () => {
      const hangs = gate()
      const { connection, drained } = await setUp({ script: { hangs: [hangs.step], a: [async () => { throw new Away('gone') }] } })
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

  describe('with a dead letter handed in', () => {
    const rejection = (promise: Promise<unknown>) => promise.then(() => expect.fail('it should have failed'), (error: unknown) => error)

    it('has it handled behind its key\'s other work and tells the outcome, without a word to the server', async () => {
      const first = gate()
      const poison = async (): Promise<Outcome> => ({ park: { code: 'still', message: 'bad' } })
      const { connection, consumer, starts, drained } = await setUp({ script: { a: [first.step], bad: [poison] } })
      connection().deliver(fakeEvent('a', 'order-a'))
      await clock.tickAsync(1)
      const letter = consumer.submit(fakeEvent('letter', 'order-a'))
      const bad = consumer.submit(fakeEvent('bad'))
      await clock.tickAsync(1)
      expect(starts).to.deep.equal(['a 1/0', 'bad 1/0'])
      first.open()
      expect([await letter, await bad]).to.deep.equal(['done', { park: { code: 'still', message: 'bad' } }])
      await clock.tickAsync(30)
      expect([connection().acks, connection().parks]).to.deep.equal([[['a']], []])
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
      const { consumer, told, drained } = await setUp({ script: { letter: [async () => { throw new Away('gone') }] } })
      expect(await rejection(consumer.submit(fakeEvent('letter')))).to.be.instanceOf(Away)
      await clock.tickAsync(400)
      expect(told).to.deep.equal(['paused: gone', 'resumed'])
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
})
