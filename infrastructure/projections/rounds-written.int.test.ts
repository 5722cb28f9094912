import { expect } from 'chai'
import { counters, type CounterEvent } from '../../test/projections/counters.ts'
import { openCounting, type Counting } from '../../test/projections/counting.ts'
import { until } from '../../test/support/until.ts'
import { comparePositions } from '../event-store/position.ts'
import { CheckpointMoved } from './apply-batch.ts'
import type { Target } from './target.ts'
import type { AnyProjection } from './projection.ts'
import { addSome, openRound } from '../../test/projections/round.ts'

describe('a round', function () {
  this.timeout(60_000)
  let counting: Counting
  beforeEach(async () => {
    counting = await openCounting()
  })
  afterEach(() => counting.close())

  const open = (projections?: readonly AnyProjection<CounterEvent>[]) => openRound(counting, projections)

  describe('writes', () => {
    /** What a second writer does at the same place. */
    const moveOn = (name: string) =>
      counting.pool.query(
        "update projection_checkpoints set position = '0000000000000000005-0000000000000000005' where name = $1",
        [name],
      )
    const stored = async () =>
      (
        await counting.pool.query<{ name: string; position: string | null }>(
          'select name, position from projection_checkpoints order by name',
        )
      ).rows
    const outcome = (work: Promise<void>) =>
      work.then(
        () => 'written',
        (error: unknown) => (error instanceof CheckpointMoved ? 'nothing' : String(error)),
      )

    it('no row and no checkpoint when one of its tables is not where it was', async () => {
      const { fold } = await open([counters('counts'), counters('beside')])
      await moveOn('counts')
      const before = await stored()
      addSome(counting, 'a', 0)
      expect(await outcome(fold())).to.equal('nothing')
      expect(await stored()).to.deep.equal(before)
      expect([await counting.rows(), await counting.rows('beside')]).to.deep.equal([[], []])
    })

    it('nothing where another moves a table while it waits for it', async () => {
      const { fold } = await open([counters('counts'), counters('beside')])
      addSome(counting, 'a', 0)
      const other = await counting.pool.connect()
      try {
        await other.query('begin')
        await other.query(
          "update projection_checkpoints set position = '0000000000000000005-0000000000000000005' where name = 'beside'",
        )
        const folding = outcome(fold())
        await until('it waits for the other', async () => {
          const { rowCount } = await counting.pool.query(
            "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
          )
          return rowCount === 1 ? true : undefined
        })
        await other.query('commit')
        expect(await folding).to.equal('nothing')
      } finally {
        other.release()
      }
      expect((await stored()).map(({ position }) => position)).to.deep.equal([
        '0000000000000000005-0000000000000000005',
        null,
      ])
      expect([await counting.rows(), await counting.rows('beside')]).to.deep.equal([[], []])
    })

    it('each event once, of however many that believe to be alone', async () => {
      const projections = [counters('counts'), counters('beside')]
      await open(projections)
      for (let n = 0; n < 400; n += 1) counting.add(`c${(n * 7) % 11}`, n, n % 50 === 49 ? 'Removed' : 'Added')
      let lost = 0
      const isAtHead = ({ checkpoint: { position } }: Target<CounterEvent>) =>
        position !== undefined && comparePositions(position, counting.head()) >= 0
      const write = async (most: number): Promise<void> => {
        for (;;) {
          const { current, fold } = await open(projections)
          try {
            while (!current.every(isAtHead)) await fold(most)
            return
          } catch (error) {
            if (!(error instanceof CheckpointMoved)) throw error
            lost += 1
          }
        }
      }
      await Promise.all([write(3), write(5), write(7)])
      expect(lost).to.be.greaterThan(0)
      expect(await counting.rows()).to.deep.equal(counting.expected())
      expect(await counting.rows('beside')).to.deep.equal(counting.expected())
    })
  })
})
