import { expect } from 'chai'
import sinon from 'sinon'
import { StoreUnavailable, UnusableAnswer, type AllSubscriber, type CatchUpMessage } from '../event-store/port.ts'
import type { Position } from '../event-store/position.ts'
import { batches, type CatchUpOptions } from './catch-up.ts'

const at = (place: number): Position => ({ commit: BigInt(place), prepare: BigInt(place) })
const event = (place: number): CatchUpMessage => ({
  kind: 'event',
  event: {
    id: `e${place}`,
    stream: 'order-1',
    type: 'T',
    revision: 0n,
    position: at(place),
    created: new Date(0),
    data: {},
    metadata: {},
  },
})
const checkpoint = (place: number): CatchUpMessage => ({ kind: 'checkpoint', position: at(place) })
const caughtUp: CatchUpMessage = { kind: 'caught_up' }

type Step = CatchUpMessage | Error | 'end'

describe('batches of a catch-up subscription', () => {
  let clock: sinon.SinonFakeTimers
  beforeEach(() => {
    clock = sinon.useFakeTimers()
  })
  afterEach(() => {
    clock.restore()
  })

  /** A store whose n-th subscription says what `scripts[n]` has, and then nothing until it is ended. */
  const setUp = (scripts: Step[][], options: Partial<CatchUpOptions> = {}) => {
    const asked: (Position | 'start')[] = []
    const drops: string[] = []
    let read = 0
    const store: AllSubscriber = {
      async *subscribeToAll({ after, signal }) {
        const script = scripts[asked.length] ?? []
        asked.push(after)
        for (const step of script) {
          if (step === 'end') return
          if (step instanceof Error) throw step
          if (signal.aborted) return
          yield step
          read += 1
        }
        if (!signal.aborted)
          await new Promise<void>((resolve) => {
            signal.addEventListener(
              'abort',
              () => {
                resolve()
              },
              { once: true },
            )
          })
      },
    }
    const ending = new AbortController()
    const all = batches({
      store,
      after: 'start',
      streamPrefixes: ['order-'],
      maxBatch: 3,
      maxLength: 1_000,
      maxLingerMs: 0,
      live: 0,
      signal: ending.signal,
      random: () => 1,
      onDropped: (error, inMs) =>
        drops.push(`${error instanceof Error ? error.message : 'in good order'}, again in ${inMs}`),
      ...options,
    })
    /** What is there when everything that can happen has happened; 'nothing' when the consumer would wait. */
    const next = async (): Promise<string> => {
      const pending = all.next()
      void pending.catch(() => undefined)
      const result = await Promise.race([pending, clock.tickAsync(60_000).then(() => 'nothing' as const)])
      if (result === 'nothing') return result
      if (result.done === true) return 'done'
      const { events, position, caughtUp: isAll } = result.value
      return `${events.map(({ id }) => id).join(' ')} @${position?.commit ?? '-'}${isAll ? ' all' : ''}`
    }
    return { asked, drops, next, ending, all, read: () => read }
  }

  it('takes what is there when the consumer is free, up to the limit, in order', async () => {
    const { next, ending } = setUp([[event(1), event(2), event(3), event(4), checkpoint(9), caughtUp]])
    const seen: string[] = []
    while (seen.at(-1) !== 'nothing') seen.push(await next())
    expect(seen[0]).to.match(/^e1 /)
    expect(seen.join(' ').match(/e\d/g)).to.deep.equal(['e1', 'e2', 'e3', 'e4'])
    expect(seen.at(-2)).to.match(/ @9 all$/)
    ending.abort()
  })

  it('gives a full batch its own last place, not that of what was left behind', async () => {
    const { next, ending } = setUp([[event(1), event(2), event(3), event(4), checkpoint(9), caughtUp]], {
      maxLingerMs: 10,
    })
    expect([await next(), await next()]).to.deep.equal(['e1 e2 e3 @3', 'e4 @9 all'])
    ending.abort()
  })

  it('tells of progress and of having caught up without any event', async () => {
    const { next, ending } = setUp([[checkpoint(7), caughtUp]], { maxLingerMs: 10 })
    expect(await next()).to.equal(' @7 all')
    expect(await next()).to.equal('nothing')
    ending.abort()
  })

  it('has caught up in an empty store without knowing a place', async () => {
    const { next, ending } = setUp([[caughtUp]])
    expect(await next()).to.equal(' @- all')
    ending.abort()
  })

  it('reads ahead no more than another batch while the consumer is busy', async () => {
    const { next, read, ending } = setUp([Array.from({ length: 100 }, (_, index) => event(index + 1))])
    await next()
    await clock.tickAsync(1_000)
    expect(read()).to.be.within(6, 9)
    ending.abort()
  })

  describe('with nothing older left to read', () => {
    /** A subscription that says at once that this is all, and then what it is told to. */
    const live = async (options: Partial<CatchUpOptions>) => {
      let put: (message: CatchUpMessage) => void = () => undefined
      const store: AllSubscriber = {
        async *subscribeToAll({ signal }) {
          yield event(1)
          yield caughtUp
          let waiting: CatchUpMessage[] = []
          let wake = () => {
            /* nobody waits */
          }
          put = (message) => {
            waiting.push(message)
            wake()
          }
          signal.addEventListener('abort', () => wake(), { once: true })
          while (!signal.aborted) {
            const now = waiting
            waiting = []
            yield* now
            if (waiting.length === 0)
              await new Promise<void>((resolve) => {
                wake = resolve
              })
          }
        },
      }
      const { all, ending } = setUp([], { store, ...options })
      let seen: string | undefined
      const ask = () => {
        seen = undefined
        void all.next().then(({ value }) => {
          seen = value === undefined ? 'done' : value.events.map(({ id }) => id).join(' ')
        })
      }
      ask()
      await clock.tickAsync(0)
      expect(seen, 'all that there was, at once').to.equal('e1')
      ask()
      return {
        put: (...places: number[]) => places.forEach((place) => put(event(place))),
        seen: () => seen,
        ask,
        ending,
      }
    }

    it('holds a batch for as long as it is told', async () => {
      const { put, seen, ending } = await live({ maxBatch: 100, live: 1_500 })
      put(2)
      await clock.tickAsync(1_000)
      put(3)
      await clock.tickAsync(499)
      expect(seen()).to.equal(undefined)
      await clock.tickAsync(1)
      expect(seen()).to.equal('e2 e3')
      ending.abort()
    })

    it('holds none that is full, by number', async () => {
      const { put, seen, ending } = await live({ maxBatch: 3, live: 1_500 })
      put(2, 3, 4)
      await clock.tickAsync(1)
      expect(seen()).to.equal('e2 e3 e4')
      ending.abort()
    })

    it('holds none that is full, by what its events say', async () => {
      const { put, seen, ask, ending } = await live({ maxBatch: 100, maxLength: 10, live: 1_500 })
      put(2, 3, 4, 5, 6)
      await clock.tickAsync(1)
      expect(seen()).to.equal('e2 e3')
      ask()
      await clock.tickAsync(1)
      expect(seen()).to.equal('e4 e5')
      ending.abort()
    })

    it('lets what comes alone go at once, and what has come with it', async () => {
      const { put, seen, ask, ending } = await live({
        maxBatch: 100,
        live: { maxMs: 20, load: { from: 300, to: 1_500 } },
      })
      put(2)
      await clock.tickAsync(0)
      expect(seen()).to.equal('e2')
      ask()
      put(3, 4, 5)
      await clock.tickAsync(0)
      expect(seen()).to.equal('e3 e4 e5')
      ending.abort()
    })

    it('lets them wait for each other where many come', async () => {
      const { put, seen, ask, ending } = await live({
        maxBatch: 10_000,
        maxLength: 1_000_000,
        live: { maxMs: 20, load: { from: 300, to: 1_500 } },
      })
      put(...Array.from({ length: 1_000 }, (_, index) => index + 2))
      await clock.tickAsync(0)
      ask()
      put(2_000)
      await clock.tickAsync(19)
      expect(seen()).to.equal(undefined)
      put(2_001)
      await clock.tickAsync(1)
      expect(seen()).to.equal('e2000 e2001')
      ask()
      await clock.tickAsync(5_000)
      expect(seen()).to.equal(undefined)
      put(2_002)
      await clock.tickAsync(0)
      expect(seen(), 'some seconds later there is little to do').to.equal('e2002')
      ending.abort()
    })
  })

  it('subscribes again after a drop, from where it was, nothing lost and nothing twice', async () => {
    const { next, asked, drops, ending } = setUp(
      [[event(1), checkpoint(5), new StoreUnavailable('cut')], ['end'], [event(6), caughtUp]],
      { maxLingerMs: 10, resubscribe: { firstMs: 100, capMs: 1_000 } },
    )
    expect(await next()).to.equal('e1 @5')
    expect(await next()).to.equal('e6 @6 all')
    expect(asked).to.deep.equal(['start', at(5), at(5)])
    expect(drops).to.deep.equal(['cut, again in 100', 'in good order, again in 200'])
    ending.abort()
  })

  it('is not caught up again until the new subscription says so', async () => {
    const { next, ending } = setUp([[event(1), caughtUp, new StoreUnavailable('cut')], [event(2)]], { maxLingerMs: 10 })
    expect(await next()).to.match(/^e1 @1/)
    expect(await next()).to.equal('e2 @2')
    ending.abort()
  })

  it('tries for ever, with capped pauses', async () => {
    const { drops, next, ending } = setUp(
      Array.from({ length: 50 }, () => [new StoreUnavailable('away')]),
      { resubscribe: { firstMs: 100, capMs: 1_000 } },
    )
    await next()
    expect(drops.slice(0, 6)).to.deep.equal([100, 200, 400, 800, 1_000, 1_000].map((ms) => `away, again in ${ms}`))
    expect(drops).to.have.length.greaterThan(40)
    ending.abort()
  })

  it('ends with what the store refuses for good, after what had come before; the refusal is not asked for again', async () => {
    const { next, asked, drops } = setUp(
      [[event(1), event(2), event(3), event(4), new UnusableAnswer('e5 has no position')]],
      { maxLingerMs: 10 },
    )
    expect([await next(), await next()]).to.deep.equal(['e1 e2 e3 @3', 'e4 @4'])
    const error: unknown = await next().then(
      () => 'it went on',
      (thrown: unknown) => thrown,
    )
    expect(error).to.be.instanceOf(UnusableAnswer)
    expect([asked, drops]).to.deep.equal([['start'], []])
  })

  it('ends when it is told to, while it waits, and leaves no timer', async () => {
    const { all, ending } = setUp([[caughtUp], []])
    const first = all.next()
    await clock.tickAsync(1)
    await first
    const waiting = all.next()
    ending.abort()
    expect((await waiting).done).to.equal(true)
    expect(clock.countTimers()).to.equal(0)
  })

  it('ends when the consumer leaves, also while a new subscription is waited for', async () => {
    const { all, ending, asked } = setUp([[event(1), new StoreUnavailable('cut')]])
    void clock.tickAsync(1)
    for await (const batch of all) {
      expect(batch.events).to.have.length(1)
      break
    }
    expect(clock.countTimers()).to.equal(0)
    expect([ending.signal.aborted, asked]).to.deep.equal([false, ['start']])
  })
})
