import { expect } from 'chai'
import { counterDecoder, counters, type CounterEvent } from '../../test/projections/counters.ts'
import { openCounting, type Counting } from '../../test/projections/counting.ts'
import { watchPool } from '../../test/projections/watched-pool.ts'
import { until } from '../../test/support/until.ts'
import type { Recorded } from '../event-store/codec.ts'
import { comparePositions } from '../event-store/position.ts'
import { silentLogger } from '../observability/logger.ts'
import { applyBatch, CheckpointMoved, type Target } from './apply-batch.ts'
import { postgresRows } from './postgres-rows.ts'
import type { AnyProjection } from './projection.ts'
import { createRememberedRows, type RememberedRows } from './remembered-rows.ts'
import { openTables } from './tables.ts'

/** What an engine does between two looks at the checkpoints, without an engine: one batch when it is told to. */
describe('a round', function () {
  this.timeout(60_000)
  let counting: Counting
  beforeEach(async () => {
    counting = await openCounting()
  })
  afterEach(() => counting.close())

  const open = async (projections: readonly AnyProjection<CounterEvent>[] = [counters('counts')]) => {
    const watched = watchPool(counting.pool)
    const { current } = await openTables(watched.pool, projections)
    watched.forget()
    const remembered = createRememberedRows()
    /** Folds what follows, at most so many events of it. */
    const fold = async (most = Infinity): Promise<void> => {
      const [{ checkpoint } = { checkpoint: undefined }] = current
      const after = checkpoint?.position
      const events = counting.logged.log
        .filter(({ position }) => after === undefined || comparePositions(position, after) > 0)
        .slice(0, most)
      const batch = { events, position: events.at(-1)?.position, caughtUp: true }
      await applyBatch(current, batch, {
        decoder: counterDecoder,
        store: postgresRows({ pool: watched.pool, strict: false }),
        remembered,
        logger: silentLogger,
        strict: false,
      })
    }
    return { ...watched, current, remembered, fold }
  }

  const addSome = (name: string, from: number) => {
    for (let n = 0; n < 100; n += 1) counting.add(`${name}${n % 10}`, from + n)
  }

  describe('sends', () => {
    it('one statement for a batch of rows that it has written, and one more to know those it has not seen', async () => {
      const { fold, statements, forget } = await open([counters('counts'), counters('beside')])
      addSome('a', 0)
      await fold()
      expect(statements.map((text) => text.slice(0, 6))).to.deep.equal(['select', 'select', 'with w'])
      forget()
      addSome('a', 1_000)
      counting.add('a3', 0, 'Removed')
      await fold()
      expect(statements).to.have.length(1)
      forget()
      addSome('a', 2_000)
      await fold()
      expect(statements, 'a row that is known to be gone need not be looked for').to.have.length(1)
      expect(await counting.rows()).to.deep.equal(counting.expected())
      expect(await counting.rows('beside')).to.deep.equal(counting.expected())
    })

    it('one statement for rows that begin with their first event', async () => {
      const { fold, statements } = await open([
        { ...counters('counts'), begins: ({ revision }: Recorded<CounterEvent>) => revision === 0n },
      ])
      addSome('a', 0)
      await fold()
      expect(statements).to.have.length(1)
      expect(await counting.rows()).to.deep.equal(counting.expected())
    })

    it('nothing for a row that comes and goes within a batch, but how far the table is', async () => {
      const { fold, statements, current } = await open()
      counting.add('a', 1)
      counting.add('a', 0, 'Removed')
      await fold()
      expect(
        statements.map((text) => [text.includes('insert into "counts"'), text.includes('delete from "counts"')]),
      ).to.deep.equal([
        [false, false],
        [false, false],
      ])
      expect(current[0]?.checkpoint.position).to.deep.equal(counting.head())
    })

    it('a batch that is larger than a statement in several, in one transaction', async () => {
      const long = Array.from({ length: 100_000 }, (_, n) => 1_000_000_000 + n)
      const { fold, statements } = await open([
        {
          ...counters('counts'),
          evolve: (_, { event, created }, counter) => ({
            counter,
            sum: event.by,
            history: long,
            note: null,
            lastAt: created.toISOString(),
          }),
        },
      ])
      for (let n = 0; n < 5; n += 1) counting.add(`c${n}`, n)
      await fold()
      expect(statements.map((text) => text.split(' ', 2).join(' '))).to.deep.equal([
        'select found.*',
        'begin',
        'with wanted',
        'insert into',
        'insert into',
        'commit',
      ])
      expect((await counting.rows()).map(({ counter, sum, history }) => [counter, sum, history.length])).to.deep.equal(
        [0, 1, 2, 3, 4].map((n) => [`c${n}`, n, long.length]),
      )
    })
  })

  describe('remembers nothing', () => {
    const reads = ({ statements }: { readonly statements: readonly string[] }) =>
      statements.filter((text) => text.startsWith('select')).length

    it('after a row was set aside', async () => {
      const round = await open()
      counting.add('good', 1)
      counting.add('bad', 5, 'Poison')
      await round.fold()
      round.forget()
      counting.add('good', 2)
      await round.fold()
      expect(reads(round)).to.equal(1)
      round.forget()
      counting.add('good', 3)
      await round.fold()
      expect(reads(round)).to.equal(0)
    })

    it('after rows were written one by one, since one of them was refused', async () => {
      const round = await open()
      counting.add('good', 1)
      const noise = Array.from({ length: 20_000 }, (_, n) => String.fromCodePoint(0x4e00 + ((n * 7919) % 20_000))).join(
        '',
      )
      counting.logged.append('counter-huge', 'Added', { counter: 'huge', by: 1, note: noise })
      await round.fold()
      expect(round.statements).to.include('savepoint one_row')
      round.forget()
      counting.add('good', 2)
      await round.fold()
      expect(reads(round)).to.equal(1)
      expect((await counting.rows()).map(({ counter, history }) => [counter, history])).to.deep.equal([
        ['good', [1, 2]],
      ])
    })
  })

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
      addSome('a', 0)
      expect(await outcome(fold())).to.equal('nothing')
      expect(await stored()).to.deep.equal(before)
      expect([await counting.rows(), await counting.rows('beside')]).to.deep.equal([[], []])
    })

    it('nothing where another moves a table while it waits for it', async () => {
      const { fold } = await open([counters('counts'), counters('beside')])
      addSome('a', 0)
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

  describe('ends, and its memory with it,', () => {
    const unseatLeader = () =>
      counting.pool.query(
        `select pg_terminate_backend(pid) from pg_locks
       where locktype = 'advisory' and granted and database = (select oid from pg_database where datname = current_database())`,
      )

    it('when the answer to a commit is lost', async () => {
      const { add, start, caughtUp, rows, expected, url } = counting
      const watched = watchPool(counting.pool)
      start([counters('counts')], { pool: watched.pool, url })
      for (let n = 0; n < 5; n += 1) {
        add('a', n)
        add('b', n)
        await caughtUp('counts')
        const lost = watched.loseNextAnswer()
        add('a', 100 + n)
        await lost
      }
      add('a', 1_000)
      await caughtUp('counts')
      expect(await rows()).to.deep.equal(expected())
    })

    it('when another has led meanwhile', async () => {
      const { add, start, caughtUp, rows, expected } = counting
      const engines = [start(), start()]
      const leadBy = (wanted: number) =>
        until(`engine ${wanted} leads`, async () => {
          const roles = engines.map((engine) => engine.status().state.role)
          if (roles[wanted] === 'active' && roles[1 - wanted] === 'standby') return true
          if (roles[1 - wanted] === 'active') await unseatLeader()
          return undefined
        })
      for (let n = 0; n < 4; n += 1) {
        await leadBy(n % 2)
        add('a', n)
        add('b', n)
        await caughtUp('counts')
      }
      expect(await rows()).to.deep.equal(expected())
    })
  })

  it('keeps no more rows than it is told, and reads the others again', async () => {
    const { current } = await open()
    const small: RememberedRows = createRememberedRows({ maxRows: 4, maxLength: 100_000 })
    const store = postgresRows({ pool: counting.pool, strict: false })
    for (let n = 0; n < 60; n += 1) {
      counting.add(`c${n % 9}`, n)
      const event = counting.logged.log.at(-1)
      if (event === undefined) throw new Error('nothing was appended')
      await applyBatch(
        current,
        { events: [event], position: event.position, caughtUp: true },
        {
          decoder: counterDecoder,
          store,
          remembered: small,
          logger: silentLogger,
          strict: false,
        },
      )
      expect(small.rows).to.be.at.most(4)
    }
    expect(await counting.rows()).to.deep.equal(counting.expected())
  })
})
