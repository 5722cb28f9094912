import { expect } from 'chai'
import { counterDecoder, counters, type CounterEvent } from '../../test/projections/counters.ts'
import { openCounting, type Counting } from '../../test/projections/counting.ts'
import type { Recorded } from '../event-store/codec.ts'
import { silentLogger } from '../observability/logger.ts'
import { applyBatch } from './apply-batch.ts'
import { postgresRows } from './postgres-rows.ts'
import type { AnyProjection } from './projection.ts'
import { createRememberedRows, type RememberedRows } from './remembered-rows.ts'
import { addSome, openRound } from '../../test/projections/round.ts'

describe('a round', function () {
  this.timeout(60_000)
  let counting: Counting
  beforeEach(async () => {
    counting = await openCounting()
  })
  afterEach(() => counting.close())

  const open = (projections?: readonly AnyProjection<CounterEvent>[]) => openRound(counting, projections)

  describe('sends', () => {
    it('one statement for a batch of rows that it has written, and one more to know those it has not seen', async () => {
      const { fold, statements, forget } = await open([counters('counts'), counters('beside')])
      addSome(counting, 'a', 0)
      await fold()
      expect(statements.map((text) => text.slice(0, 6))).to.deep.equal(['select', 'select', 'with w'])
      forget()
      addSome(counting, 'a', 1_000)
      counting.add('a3', 0, 'Removed')
      await fold()
      expect(statements).to.have.length(1)
      forget()
      addSome(counting, 'a', 2_000)
      await fold()
      expect(statements, 'a row that is known to be gone need not be looked for').to.have.length(1)
      expect(await counting.rows()).to.deep.equal(counting.expected())
      expect(await counting.rows('beside')).to.deep.equal(counting.expected())
    })

    it('one statement for rows that begin with their first event', async () => {
      const { fold, statements } = await open([
        { ...counters('counts'), begins: ({ revision }: Recorded<CounterEvent>) => revision === 0n },
      ])
      addSome(counting, 'a', 0)
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
