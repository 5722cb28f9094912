import { expect } from 'chai'
import { counters } from '../../test/projections/counters.ts'
import { openCounting, type Counting } from '../../test/projections/counting.ts'
import { says, saysOf } from '../../test/projections/says.ts'
import type { Position } from '../event-store/position.ts'

const minusOne = 2n ** 64n - 1n
const nowhere: Position = { commit: minusOne, prepare: minusOne }
const elsewhere =
  'its checkpoint is not in the log of the event store, which was put back or is another one; it stands still until it is built anew'

describe('a table whose place is not in the log', function () {
  this.timeout(60_000)
  let counting: Counting
  beforeEach(async () => {
    counting = await openCounting()
  })
  afterEach(() => counting.close())

  it('is named with what mends it when the event store was put back while nobody looked; others go on', async () => {
    const { add, start, caughtUp, logged, rebuild, rows, expected, progressOf, isAtHead } = counting
    for (let n = 0; n < 5; n += 1) add('a', n)
    const first = start()
    await caughtUp('counts')
    await first.stop()
    logged.putBack(1)
    const engine = start([counters('counts'), counters('newer')])
    await says(engine, `counts: ${elsewhere}: rebuild counts`)
    add('b', 7)
    await caughtUp('newer')
    expect([await rows('newer'), (await rows('counts')).map(({ history }) => history)]).to.deep.equal([
      expected(),
      [[0, 1, 2, 3, 4]],
    ])
    await rebuild()
    await says(engine, '')
    const progress = await progressOf('counts')
    expect(progress && isAtHead(progress)).to.equal(true)
    add('b', 8)
    await caughtUp('counts', 'newer')
    expect(await rows('counts')).to.deep.equal(expected())
  })

  it('is named when the event store was put back behind a running engine, and stays so when the log grows past it', async () => {
    const { add, start, caughtUp, logged, rebuild, rows, expected } = counting
    for (let n = 0; n < 5; n += 1) add('a', n)
    let pretends = false
    const engine = start([counters('counts')], {
      holds: async (position) => pretends || logged.holds(position),
      probe: async () => {
        await logged.holds(nowhere)
      },
    })
    await caughtUp('counts')
    logged.putBack(1)
    await says(engine, `counts: ${elsewhere}: rebuild counts`)
    for (let n = 0; n < 9; n += 1) add('b', n)
    pretends = true
    // It looks again where the tables are, as after any fault.
    logged.away = true
    await says(engine, 'the event store is away')
    logged.away = false
    await says(engine, `counts: ${elsewhere}: rebuild counts`)
    expect((await rows()).map(({ history }) => history)).to.deep.equal([[0, 1, 2, 3, 4]])
    await rebuild()
    await caughtUp('counts')
    await says(engine, '')
    expect(await rows()).to.deep.equal(expected())
  })

  it('is named at a start when the log has grown past it: no record begins there', async () => {
    const { add, start, caughtUp, logged, rows } = counting
    for (let n = 0; n < 5; n += 1) add('a', n)
    const first = start()
    await caughtUp('counts')
    await first.stop()
    logged.putBack(0)
    for (let n = 0; n < 9; n += 1) add('b', n)
    await says(start(), `counts: ${elsewhere}: rebuild counts`)
    expect((await rows()).map(({ counter }) => counter)).to.deep.equal(['a'])
  })

  it('is not what it seems when the node that answers is only behind', async () => {
    const { add, start, caughtUp, logged, rows, expected } = counting
    add('a', 1)
    const first = start()
    await caughtUp('counts')
    await first.stop()
    let asked = 0
    const told: string[] = []
    const engine = start([counters('counts')], {
      doubtMs: 5_000,
      holds: async (position) => (asked += 1) > 2 && logged.holds(position),
    })
    const watching = setInterval(() => told.push(saysOf(engine)), 5)
    add('a', 2)
    await caughtUp('counts')
    clearInterval(watching)
    expect(told.filter((reason) => reason.includes(elsewhere))).to.deep.equal([])
    expect([await rows(), asked > 2]).to.deep.equal([expected(), true])
  })

  it('is nothing that a rebuild goes on from', async () => {
    const { add, start, caughtUp, logged, rebuild, rows } = counting
    for (let n = 0; n < 120; n += 1) add('a', n)
    const engine = start()
    await caughtUp('counts')
    await engine.stop()
    let batches = 0
    const error: unknown = await rebuild({
      onProgress: () => {
        if ((batches += 1) === 1) logged.putBack(3)
      },
    }).then(
      () => 'it went on',
      (thrown: unknown) => thrown,
    )
    expect(String(error)).to.include('counts__rebuild was begun from another log than the event store has now')
    expect((await rows())[0]?.history).to.have.length(120)
    await rebuild()
    expect((await rows())[0]?.history).to.deep.equal([0, 1, 2])
  })
})
