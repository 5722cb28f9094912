import { expect } from 'chai'
import { counters } from '../../test/projections/counters.ts'
import { openCounting, type Counting } from '../../test/projections/counting.ts'
import { until } from '../../test/support/until.ts'
import { reasonsNotReady } from './status.ts'

describe('a rebuild by itself', function () {
  this.timeout(60_000)
  let counting: Counting
  beforeEach(async () => {
    counting = await openCounting()
  })
  afterEach(() => counting.close())

  it('happens by itself for a table of an older version, also when a store is away meanwhile', async () => {
    const { add, start, caughtUp, progressOf, rows, expected, logged } = counting
    add('a', 1)
    const old = start()
    await caughtUp('counts')
    await old.stop()
    logged.away = true
    const newer = start([counters('counts', { version: 2 }), counters('beside')])
    await until('it is away', () =>
      reasonsNotReady(newer.status()).join() === 'the event store is away' ? true : undefined,
    )
    logged.away = false
    await until('it is of the new version', async () =>
      (await progressOf('counts'))?.version === 2 ? true : undefined,
    )
    add('a', 2)
    await caughtUp('counts', 'beside')
    expect(await rows()).to.deep.equal(expected())
    await until('it is ready', () => (reasonsNotReady(newer.status()).length === 0 ? true : undefined))
  })

  it('does not happen by itself for a table of a newer version, nor twice for a fold that failed; by hand it does', async () => {
    const { add, start, caughtUp, rows, rebuild } = counting
    add('a', 1)
    const first = start([counters('counts', { version: 2 })])
    await caughtUp('counts')
    await first.stop()
    const older = start([counters('counts', { version: 1 }), counters('beside')])
    add('a', 2)
    await caughtUp('beside')
    expect(reasonsNotReady(older.status())).to.deep.equal([
      'counts: the table is of a newer version than this program; to go back, put the table before back by hand, or rebuild it',
    ])
    expect((await rows()).map(({ history }) => history)).to.deep.equal([[1]])
    await older.stop()

    const poison = add('a', 3, 'Poison')
    const newest = start([counters('counts', { version: 3 }), counters('beside')])
    await until('it is given up', () =>
      reasonsNotReady(newest.status()).some((reason) => reason.includes(poison.id)) ? true : undefined,
    )
    await rebuild({ projection: counters('counts', { version: 3, poison: () => false }) })
    await until('it is taken up', () => (reasonsNotReady(newest.status()).length === 0 ? true : undefined))
    add('a', 4)
    await caughtUp('counts')
    expect((await rows()).map(({ history }) => history)).to.deep.equal([[1, 2, 3, 4]])
  })
})
