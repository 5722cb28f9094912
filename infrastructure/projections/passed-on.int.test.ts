import { expect } from 'chai'
import { openCounting, type Counting } from '../../test/projections/counting.ts'
import { openRound } from '../../test/projections/round.ts'
import { summedCounters } from '../../test/projections/summed-counters.ts'
import { CheckpointMoved } from './apply-batch.ts'

describe('what a row passes on to a row of sums', function () {
  this.timeout(60_000)
  let counting: Counting
  beforeEach(async () => {
    counting = await openCounting()
  })
  afterEach(() => counting.close())

  const open = () => openRound(counting, [summedCounters('counts')])
  const shown = async () => (await counting.rows()).map(({ counter, sum, history }) => [counter, sum, history])
  const setAside = async () =>
    (await counting.pool.query<{ key: string; error: string }>('select key, error from projection_failures order by 1'))
      .rows

  it('is written with it, by one statement; the row of sums is read once', async () => {
    const { add } = counting
    const { fold, statements, forget } = await open()
    add('a', 1)
    add('b', 2)
    await fold()
    expect(statements.map((text) => text.slice(0, 6))).to.deep.equal(['select', 'select', 'with w'])
    forget()
    add('a', 3)
    add('b', 0, 'Removed')
    await fold()
    expect(statements).to.have.length(1)
    expect(await shown()).to.deep.equal([
      ['a', 4, [1, 3]],
      ['all', 4, [1, 2, 3, -2]],
    ])
  })

  it('comes once, where two write at once and where nothing is remembered', async () => {
    const { add } = counting
    const [one, other] = [await open(), await open()]
    add('a', 1)
    add('a', 2)
    add('a', 4)
    await one.fold(2)
    expect(await other.fold().catch((error: unknown) => error)).to.be.instanceOf(CheckpointMoved)
    await (await open()).fold()
    expect(await shown()).to.deep.equal([
      ['a', 7, [1, 2, 4]],
      ['all', 7, [1, 2, 4]],
    ])
  })

  it('is nothing from where the row cannot be folded', async () => {
    const { add } = counting
    const { fold } = await open()
    add('a', 1)
    add('a', 2, 'Poison')
    add('a', 3)
    add('b', 4)
    await fold()
    add('a', 5)
    await fold()
    expect(await shown()).to.deep.equal([
      ['a', 1, [1]],
      ['all', 5, [1, 4]],
      ['b', 4, [4]],
    ])
    expect(await setAside()).to.deep.equal([{ key: 'a', error: 'a poisoned event' }])
  })

  it('sets the row of sums aside when that cannot take it, and nothing else', async () => {
    const { add } = counting
    const { fold } = await open()
    add('a', 1)
    add('a', 666)
    add('b', 2)
    await fold()
    add('b', 3)
    await fold()
    expect(await shown()).to.deep.equal([
      ['a', 667, [1, 666]],
      ['all', 1, [1]],
      ['b', 5, [2, 3]],
    ])
    expect(await setAside()).to.deep.equal([{ key: 'all', error: 'too much' }])
  })

  it('is refused by a row that takes events itself', async () => {
    const { add } = counting
    const { fold } = await open()
    add('all', 1)
    await fold()
    expect(await shown()).to.deep.equal([['all', 1, [1]]])
    expect(await setAside()).to.deep.equal([
      { key: 'all', error: 'the row all takes events, and nothing that is passed on' },
    ])
  })

  it('is the same when the table is built anew', async () => {
    const { add, start, caughtUp, rebuild, pool } = counting
    for (let n = 0; n < 300; n += 1) add(`c${n % 7}`, n)
    start([summedCounters('counts')])
    await caughtUp('counts')
    const live = await shown()
    await pool.query("update counts set sum = -1, history = '[]'")
    await rebuild({ projection: summedCounters('counts') })
    expect(await shown()).to.deep.equal(live)
    expect(live.find(([counter]) => counter === 'all')?.[1]).to.equal((300 * 299) / 2)
  })
})
