import { expect } from 'chai'
import sinon from 'sinon'
import { StoreUnavailable, UnusableAnswer } from '../event-store/port.ts'
import type { CatchUpOptions } from './catch-up.ts'
import { scripted, type Step } from '../../test/subscriptions/scripted-catch-up.ts'
import { at, caughtUp, checkpoint, event } from '../../test/subscriptions/catch-up-messages.ts'

describe('batches of a catch-up subscription', () => {
  let clock: sinon.SinonFakeTimers
  beforeEach(() => {
    clock = sinon.useFakeTimers()
  })
  afterEach(() => {
    clock.restore()
  })

  const setUp = (scripts: Step[][], options?: Partial<CatchUpOptions>) => scripted(clock, scripts, options)

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
