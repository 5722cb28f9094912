import { expect } from 'chai'
import sinon from 'sinon'
import { Conflict, consumerUnderTest, gate } from '../../test/subscriptions/consumer-under-test.ts'
import { fakeEvent } from '../../test/subscriptions/fake-groups.ts'
import { createInMemoryAttempts } from '../../test/subscriptions/in-memory-attempts.ts'
import type { AttemptLedger } from './attempt-ledger.ts'
import type { Outcome } from './outcome.ts'
import { createRunningAlone } from './running-alone.ts'

/** A handler in a process that has died of it: it never comes back. */
const dies = () => new Promise<Outcome>(() => undefined)

describe('events that kill the process', () => {
  let clock: sinon.SinonFakeTimers
  beforeEach(() => {
    clock = sinon.useFakeTimers(1_000_000)
  })
  afterEach(() => {
    clock.restore()
  })

  /** One process after another: each is given what the one before has not acknowledged, and dies of `poison`. */
  const processOver = async (ledger: AttemptLedger, retryCount: number, ids: readonly string[]) => {
    const under = await consumerUnderTest(clock, {
      crashGuarding: { ledger, running: createRunningAlone() },
      script: { poison: [dies] },
    })
    for (const id of ids) under.connection().deliver(fakeEvent(id), { retryCount })
    await clock.tickAsync(100)
    return under
  }

  it('run alone from the second start on that nobody saw the end of, and are parked after three such', async () => {
    const ledger = createInMemoryAttempts()
    const history: string[][] = []
    for (let life = 0; life < 6; life += 1) {
      const { starts, connection } = await processOver(ledger, life, ['a', 'poison', 'b'])
      history.push([...starts, ...connection().parks.map(({ ackId, reason }) => `${ackId} ${reason.slice(0, 27)}`)])
    }
    expect(history).to.deep.equal([
      ['a 1/0', 'poison 1/0', 'b 1/0'],
      ['a 1/1', 'poison 1/1', 'b 1/1'],
      // Nothing else is running, and nothing begins.
      ['a 1/2', 'b 1/2', 'poison 1/2'],
      ['a 1/3', 'b 1/3', 'poison 1/3'],
      ['a 1/4', 'b 1/4', 'poison 1/4'],
      ['a 1/5', 'b 1/5', 'poison {"code":"kills_the_process"'],
    ])
  })

  it('take nothing with them: what ran beside them is handled, and is forgotten when it has come to its end', async () => {
    const ledger = createInMemoryAttempts()
    // The first process dies while both run, and so does the second.
    for (const life of [0, 1]) {
      const { connection } = await consumerUnderTest(clock, {
        crashGuarding: { ledger, running: createRunningAlone() },
        script: { poison: [dies], beside: [dies] },
      })
      for (const id of ['beside', 'poison']) connection().deliver(fakeEvent(id), { retryCount: life })
      await clock.tickAsync(100)
    }
    for (let life = 2; life < 6; life += 1) {
      const { connection, starts } = await processOver(ledger, life, ['beside', 'poison'])
      expect(starts).to.include(`beside 1/${life}`)
      expect(connection().parks.map(({ ackId }) => ackId)).to.not.include('beside')
      expect([...ledger.counted.keys()]).to.deep.equal(['poison'])
    }
  })

  it('hold up nothing that is not started before they have ended', async () => {
    const ledger = createInMemoryAttempts()
    await processOver(ledger, 1, ['poison'])
    const { starts, connection } = await processOver(ledger, 2, ['poison'])
    expect(starts).to.deep.equal(['poison 1/2'])
    connection().deliver(fakeEvent('waits'), { retryCount: 1 })
    await clock.tickAsync(100)
    // What waits has not been started: should the process die now, it is none of its doing.
    expect(starts).to.deep.equal(['poison 1/2'])
    expect([...ledger.counted.keys()]).to.deep.equal(['poison'])
  })

  it('are handled once more when a person hands them in, and then with nothing beside them', async () => {
    const ledger = createInMemoryAttempts()
    for (let life = 1; life < 6; life += 1) await processOver(ledger, life, ['poison'])
    const { consumer, starts } = await consumerUnderTest(clock, {
      crashGuarding: { ledger, running: createRunningAlone() },
    })
    const submitted = consumer.submit(fakeEvent('poison'), { by: 'person' })
    await clock.tickAsync(100)
    expect(await submitted).to.equal('done')
    expect(starts).to.deep.equal(['poison 1/1'])
    expect([...ledger.counted]).to.deep.equal([])
  })

  it('are not what was still running when a process ended in good order', async () => {
    const ledger = createInMemoryAttempts()
    const { drained } = await processOver(ledger, 1, ['poison'])
    expect([...ledger.counted.keys()]).to.deep.equal(['poison'])
    await drained()
    expect([...ledger.counted.keys()]).to.deep.equal([])
  })

  it('are counted once a delivery, however often the handler is tried', async () => {
    const ledger = createInMemoryAttempts()
    await processOver(ledger, 1, ['poison'])
    const failing = async (): Promise<Outcome> => ({ retry: 100, reason: 'not now' })
    const { connection } = await consumerUnderTest(clock, {
      crashGuarding: { ledger, running: createRunningAlone() },
      script: { poison: [failing, failing, failing, dies] },
    })
    connection().deliver(fakeEvent('poison'), { retryCount: 2 })
    await clock.tickAsync(5_000)
    expect(ledger.counted.get('poison')).to.deep.equal({ starts: 2, alone: 1 })
  })

  it('cannot be told apart while the ledger is away: what comes again is handled as ever', async () => {
    const away: AttemptLedger = {
      started: async () => undefined,
      startedAlone: () => expect.fail('nothing is known of it'),
      finished: () => expect.fail('nothing was written down'),
    }
    const { starts, connection } = await processOver(away, 7, ['a'])
    expect(starts).to.deep.equal(['a 1/7'])
    expect(connection().acks).to.deep.equal([['a']])
  })

  it('are not handled again when the shop itself hands them in: the letter stands with that', async () => {
    const ledger = createInMemoryAttempts()
    for (let life = 1; life < 6; life += 1) {
      const { consumer } = await consumerUnderTest(clock, {
        crashGuarding: { ledger, running: createRunningAlone() },
        script: { poison: [dies] },
      })
      void consumer.submit(fakeEvent('poison'))
      await clock.tickAsync(100)
    }
    const { consumer, starts } = await consumerUnderTest(clock, {
      crashGuarding: { ledger, running: createRunningAlone() },
    })
    const outcome = await consumer.submit(fakeEvent('poison'))
    expect(outcome).to.have.nested.property('park.code', 'kills_the_process')
    expect(starts).to.deep.equal([])
  })

  it('are not what waits for its next try whenever the subscription ends', async () => {
    const ledger = createInMemoryAttempts()
    const busy = async (): Promise<Outcome> => {
      throw new Conflict('busy')
    }
    const { connections, connection, drained } = await consumerUnderTest(clock, {
      crashGuarding: { ledger, running: createRunningAlone() },
      script: { a: Array<typeof busy>(500).fill(busy) },
    })
    for (let n = 0; n < 6; n += 1) {
      connection(n).deliver(fakeEvent('a'), { retryCount: n })
      await clock.tickAsync(2_000)
      connection(n).end(new Error('dropped'))
      await clock.tickAsync(1_500)
    }
    expect(connections.flatMap(({ parks }) => parks)).to.deep.equal([])
    expect([...ledger.counted]).to.deep.equal([])
    await drained()
  })

  it('are not what still runs for a subscription that ended before the process did', async () => {
    const ledger = createInMemoryAttempts()
    const slow = gate()
    const { connection, refuseNext, drained } = await consumerUnderTest(clock, {
      crashGuarding: { ledger, running: createRunningAlone() },
      script: { a: [slow.step] },
    })
    connection().deliver(fakeEvent('a'), { retryCount: 1 })
    await clock.tickAsync(10)
    for (let n = 0; n < 50; n += 1) refuseNext(new Error('away'))
    connection().end(new Error('dropped'))
    await clock.tickAsync(1_000)
    await drained()
    expect([...ledger.counted]).to.deep.equal([])
  })

  describe('while one of them runs alone', () => {
    const withOneAlone = async (script: Record<string, (() => Promise<Outcome>)[]> = {}) => {
      const ledger = createInMemoryAttempts()
      const slow = gate()
      for (const id of ['alone', 'b']) await ledger.started('order', id)
      const under = await consumerUnderTest(clock, {
        crashGuarding: { ledger, running: createRunningAlone() },
        script: { alone: [slow.step], ...script },
      })
      under.connection().deliver(fakeEvent('alone'), { retryCount: 1 })
      await clock.tickAsync(1)
      return { ...under, ledger, slow }
    }

    it('nothing that waits for it begins once the process is told to end', async () => {
      const { connection, starts, ledger, slow, drained } = await withOneAlone()
      connection().deliver(fakeEvent('b'), { retryCount: 1 })
      connection().deliver(fakeEvent('c'))
      await clock.tickAsync(10)
      await drained()
      slow.open()
      await clock.tickAsync(10)
      expect(starts).to.deep.equal(['alone 1/1'])
      expect([...ledger.counted.keys()]).to.deep.equal(['b'])
    })

    it('the time that the others wait is not held against them', async () => {
      const fails = async (): Promise<Outcome> => {
        throw new Error('once')
      }
      const { connection, starts, slow, drained } = await withOneAlone({ c: [fails] })
      connection().deliver(fakeEvent('c'))
      await clock.tickAsync(200_000)
      slow.open()
      await clock.tickAsync(5_000)
      expect(starts).to.deep.equal(['alone 1/1', 'c 1/0', 'c 2/0'])
      expect(connection().parks).to.deep.equal([])
      await drained()
    })

    it('what waits until the server is about to give it again is not begun', async () => {
      const { connection, starts, slow, drained } = await withOneAlone()
      connection().deliver(fakeEvent('c'))
      await clock.tickAsync(250_000)
      slow.open()
      await clock.tickAsync(10)
      expect(starts).to.deep.equal(['alone 1/1'])
      await drained()
    })
  })
})
