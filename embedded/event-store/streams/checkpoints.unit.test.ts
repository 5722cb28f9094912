import { expect } from 'chai'
import { CheckpointCounter } from './checkpoints.ts'

describe('checkpoints of filtered subscriptions (3.7.6)', () => {
  it('stand at the start of the page, or at the last event sent when that is later', () => {
    const counter = new CheckpointCounter(32, 32)
    expect(counter.afterPage(0n, 32, undefined)).to.deep.equal({ commit: 0n, prepare: 0n })
    expect(counter.afterPage(320n, 32, 400n)).to.deep.equal({ commit: 400n, prepare: 0n })
    expect(counter.afterPage(640n, 32, undefined)).to.deep.equal({ commit: 640n, prepare: 0n })
  })

  it('see a window that is looked at in several turns as one', () => {
    const counter = new CheckpointCounter(1_500, 1_500)
    expect(counter.afterPage(0n, 1_000, undefined)).to.equal(undefined)
    expect(counter.leftInWindow).to.equal(500)
    expect(counter.afterPage(10_000n, 500, undefined)).to.deep.equal({ commit: 0n, prepare: 0n })
  })

  it('wait for the interval', () => {
    const counter = new CheckpointCounter(32, 64)
    expect([counter.afterPage(0n, 32, 5n), counter.afterPage(320n, 32, undefined), counter.afterPage(640n, 32, undefined)])
      .to.deep.equal([undefined, { commit: 320n, prepare: 0n }, undefined])
  })

  it('come once more at the end of history, at the last event sent, unless that was said before', () => {
    const counter = new CheckpointCounter(32, 32)
    counter.afterPage(0n, 32, 300n)
    expect(counter.endOfHistory()).to.equal(undefined)
    counter.afterPage(320n, 5, 350n)
    expect(counter.endOfHistory()).to.deep.equal({ commit: 350n, prepare: 0n })
    expect(counter.endOfHistory()).to.equal(undefined)
  })

  it('do not come at the end of history when there was none', () => {
    expect(new CheckpointCounter(32, 32).endOfHistory()).to.equal(undefined)
  })

  it('count live from the end of history', () => {
    const counter = new CheckpointCounter(3, 3)
    counter.afterPage(0n, 2, undefined)
    counter.endOfHistory()
    expect([10n, 20n, 30n].map((position) => counter.live(position, false)?.commit)).to.deep.equal([undefined, undefined, 30n])
  })

  it('come live at every so many events, whether they pass or not', () => {
    const counter = new CheckpointCounter(3, 3)
    expect([10n, 20n, 30n, 40n, 50n, 60n].map((position) => counter.live(position, false)?.commit))
      .to.deep.equal([undefined, undefined, 30n, undefined, undefined, 60n])
  })
})
