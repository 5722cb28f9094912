import { expect } from 'chai'
import sinon from 'sinon'
import type { Outcome } from './outcome.ts'
import { Away, Conflict, consumerUnderTest, gate } from '../../test/subscriptions/consumer-under-test.ts'
import { fakeEvent } from '../../test/subscriptions/fake-groups.ts'

describe('a consumer whose subscription ends while a handler runs', () => {
  let clock: sinon.SinonFakeTimers
  beforeEach(() => {
    clock = sinon.useFakeTimers(1_000_000)
  })
  afterEach(() => {
    clock.restore()
  })
  const setUp = (options: Parameters<typeof consumerUnderTest>[1] = {}) => consumerUnderTest(clock, options)

  const retry: Outcome = { retry: 1_000, reason: 'locked' }
  const poison: Outcome = { park: { code: 'poison', message: 'no amount' } }
  const fails = (error: Error) => async (): Promise<Outcome> => {
    throw error
  }
  const says = (outcome: Outcome) => async () => outcome
  /** How the attempt ends that outlives its subscription, and the attempts from then on: given again while it runs, and afterwards. */
  const cases: readonly (readonly [
    what: string,
    ends: () => Promise<Outcome>,
    meanwhile: readonly string[],
    afterwards: readonly string[],
  ])[] = [
    ['is done', says('done'), [], ['a 1/1']],
    ['ignores it', says('ignored'), [], ['a 1/1']],
    ['wants a retry', says(retry), ['a 2/1'], ['a 1/1']],
    ['meets a conflict', fails(new Conflict('taken')), ['a 2/1'], ['a 1/1']],
    ['fails in a way nobody foresaw', fails(new TypeError('x')), ['a 2/1'], ['a 1/1']],
    ['parks it', says(poison), [], ['a 1/1']],
  ]
  for (const [what, ends, meanwhile, afterwards] of cases) {
    for (const [when, again] of [
      ['meanwhile', meanwhile],
      ['afterwards', afterwards],
    ] as const) {
      it(`answers the delivery that comes ${when}, if the handler ${what}`, async () => {
        const running = Promise.withResolvers<undefined>()
        const parked: string[] = []
        const { connection, starts, drained } = await setUp({
          script: { a: [() => running.promise.then(ends), what === 'parks it' ? ends : says('done')] },
          observe: { parked: ({ id }) => parked.push(id) },
        })
        connection(0).deliver(fakeEvent('a'))
        await clock.tickAsync(1)
        connection(0).end(new Error('dropped'))
        await clock.tickAsync(1)
        if (when === 'afterwards') running.resolve(undefined)
        await clock.tickAsync(300)
        connection(1).deliver(fakeEvent('a'), { retryCount: 1 })
        await clock.tickAsync(1)
        running.resolve(undefined)
        await clock.tickAsync(5_000)
        expect(starts).to.deep.equal(['a 1/0', ...again])
        const answered = [connection(0), connection(1)].map(({ acks, parks }) => [
          acks,
          parks.map(({ ackId }) => ackId),
        ])
        expect(answered).to.deep.equal([[[], []], what === 'parks it' ? [[], ['a']] : [[['a']], []]])
        expect(parked).to.deep.equal(what === 'parks it' ? ['a'] : [])
        await drained()
      })
    }
  }

  for (const when of ['meanwhile', 'afterwards']) {
    it(`pauses, and answers the next delivery, if a store is away and the event comes again ${when}`, async () => {
      const running = gate()
      const { connection, connections, starts, drained } = await setUp({ script: { a: [running.step] } })
      connection(0).deliver(fakeEvent('a'))
      await clock.tickAsync(1)
      connection(0).end(new Error('dropped'))
      await clock.tickAsync(1)
      if (when === 'afterwards') running.fail(new Away('gone'))
      await clock.tickAsync(300)
      connection(1).deliver(fakeEvent('a'), { retryCount: 1 })
      await clock.tickAsync(1)
      running.fail(new Away('gone'))
      await clock.tickAsync(1_000)
      if (when === 'meanwhile') connection(2).deliver(fakeEvent('a'), { retryCount: 2 })
      await clock.tickAsync(100)
      expect(starts).to.deep.equal(['a 1/0', when === 'meanwhile' ? 'a 1/2' : 'a 1/1'])
      expect(connections.at(-1)?.acks).to.deep.equal([['a']])
      await drained()
    })
  }

  it('forgets it once more when the next subscription ends, too', async () => {
    const running = gate()
    const { connection, starts, drained } = await setUp({ script: { a: [running.step, async () => retry] } })
    for (const index of [0, 1]) {
      connection(index).deliver(fakeEvent('a'), { retryCount: index })
      await clock.tickAsync(1)
      connection(index).end(new Error('dropped'))
      await clock.tickAsync(300)
    }
    running.fail(new Conflict('taken'))
    await clock.tickAsync(10_000)
    expect(starts).to.deep.equal(['a 1/0'])
    connection(2).deliver(fakeEvent('a'), { retryCount: 2 })
    await clock.tickAsync(10_000)
    expect([starts, connection(2).acks]).to.deep.equal([['a 1/0', 'a 1/2', 'a 2/2'], [['a']]])
    await drained()
  })

  it('tries it again, too, if the group had paused and did not wait for it to settle', async () => {
    const hangs = Promise.withResolvers<undefined>()
    const { connection, starts, drained } = await setUp({
      script: {
        hangs: [() => hangs.promise.then(() => retry)],
        a: [
          async () => {
            throw new Away('gone')
          },
        ],
      },
    })
    connection(0).deliver(fakeEvent('hangs'))
    connection(0).deliver(fakeEvent('a'))
    await clock.tickAsync(11_000)
    connection(1).deliver(fakeEvent('hangs'), { retryCount: 1 })
    await clock.tickAsync(1)
    hangs.resolve(undefined)
    await clock.tickAsync(5_000)
    expect([starts, connection(1).acks]).to.deep.equal([['hangs 1/0', 'a 1/0', 'hangs 2/1'], [['hangs']]])
    await drained()
  })
})
