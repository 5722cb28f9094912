import { expect } from 'chai'
import { CheckpointCounter } from './checkpoints.ts'
import type { AllPosition } from './read-request.ts'

const before = (commit: bigint): AllPosition => ({ commit, prepare: 0n })
const at = (commit: bigint): AllPosition => ({ commit, prepare: commit })

/** Looks at so many events from `from` on, ten apart; those whose index is in `sent` pass. What it was told, in order. */
const history = (
  counter: CheckpointCounter,
  from: bigint,
  count: number,
  sent: readonly number[] = [],
): AllPosition[] =>
  Array.from({ length: count }, (_, index) => counter.history(from + 10n * BigInt(index), sent.includes(index))).filter(
    (told) => told !== undefined,
  )

describe('checkpoints of filtered subscriptions (3.7)', () => {
  it('stand at the start of the page, or at the last event sent when that is later', () => {
    const counter = new CheckpointCounter(32, 32, 'start')
    expect(history(counter, 10n, 32)).to.deep.equal([before(0n)])
    expect(history(counter, 330n, 32, [3, 7])).to.deep.equal([at(400n)])
    expect(history(counter, 650n, 32)).to.deep.equal([before(650n)])
  })

  it('stand after an event that was sent, also when the page began with it', () => {
    const counter = new CheckpointCounter(1, 1, 'start')
    history(counter, 10n, 1)
    expect(history(counter, 20n, 1, [0])).to.deep.equal([at(20n)])
  })

  it('stand where the subscription began, after its first page', () => {
    const counter = new CheckpointCounter(2, 2, at(40n))
    expect(history(counter, 40n, 4)).to.deep.equal([at(40n), before(60n)])
  })

  it('wait for the interval', () => {
    const counter = new CheckpointCounter(32, 64, 'start')
    expect(history(counter, 10n, 32, [0])).to.deep.equal([])
    expect(history(counter, 330n, 32)).to.deep.equal([before(330n)])
    expect(history(counter, 650n, 32)).to.deep.equal([])
  })

  it('come after every page without an interval', () => {
    expect(history(new CheckpointCounter(2, 0, 'start'), 10n, 4)).to.deep.equal([before(0n), before(30n)])
  })

  it('are due when 32 events have passed, also where the window is larger', () => {
    const counter = new CheckpointCounter(100, 50, 'start')
    const all = Array.from({ length: 64 }, (_, index) => index)
    expect(history(counter, 10n, 63, all)).to.deep.equal([])
    expect(history(counter, 640n, 1, [0])).to.deep.equal([at(640n)])
  })

  it('come once more at the end of history, at the last event sent, unless that was said before', () => {
    const counter = new CheckpointCounter(32, 32, 'start')
    history(counter, 10n, 32, [31])
    expect(counter.endOfHistory()).to.equal(undefined)
    history(counter, 330n, 5, [2])
    expect(counter.endOfHistory()).to.deep.equal(at(350n))
    expect(counter.endOfHistory()).to.equal(undefined)
  })

  it('say at the end of history that nothing was read where that is all there is to say, once', () => {
    const counter = new CheckpointCounter(32, 256, 'start')
    history(counter, 10n, 40)
    const nothing = 2n ** 64n - 1n
    expect(counter.endOfHistory()).to.deep.equal({ commit: nothing, prepare: nothing })
    expect(counter.live(500n, false)).to.equal(undefined)
    history(counter, 510n, 3)
    expect(counter.endOfHistory()).to.equal(undefined)
  })

  it('do not say so after another checkpoint, or to those who began elsewhere', () => {
    const told = new CheckpointCounter(32, 32, 'start')
    history(told, 10n, 40)
    const elsewhere = new CheckpointCounter(32, 256, at(10n))
    history(elsewhere, 10n, 40)
    expect([told.endOfHistory(), elsewhere.endOfHistory()]).to.deep.equal([undefined, undefined])
  })

  it('do not come at the end of history when there was none', () => {
    expect(new CheckpointCounter(32, 32, 'end').endOfHistory()).to.equal(undefined)
    expect(new CheckpointCounter(32, 32, at(7n)).endOfHistory()).to.equal(undefined)
  })

  it('count live from the end of history', () => {
    const counter = new CheckpointCounter(3, 3, 'start')
    history(counter, 10n, 2)
    counter.endOfHistory()
    expect([40n, 50n, 60n].map((position) => counter.live(position, false)?.commit)).to.deep.equal([
      undefined,
      undefined,
      60n,
    ])
  })

  it('come live at every so many events, whether they pass or not', () => {
    const counter = new CheckpointCounter(3, 3, 'end')
    expect([10n, 20n, 30n, 40n, 50n, 60n].map((position) => counter.live(position, false)?.commit)).to.deep.equal([
      undefined,
      undefined,
      30n,
      undefined,
      undefined,
      60n,
    ])
  })

  it('never go back when history is read again', () => {
    const counter = new CheckpointCounter(2, 2, at(10n))
    counter.endOfHistory()
    expect([counter.live(20n, false), counter.live(30n, false)]).to.deep.equal([undefined, at(30n)])
    expect(history(counter, 40n, 2)).to.deep.equal([before(40n)])
  })
})
