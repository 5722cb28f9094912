import { setTimeout as wait } from 'node:timers/promises'
import { expect } from 'chai'
import { counters } from '../../test/projections/counters.ts'
import { openCounting, type Counting } from '../../test/projections/counting.ts'
import { until } from '../../test/support/until.ts'
import type { Source } from './source.ts'

const fault = async (promise: Promise<unknown>): Promise<Error> => {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof Error)) throw new Error('it should have failed')
  return error
}

describe('a rebuild', function () {
  this.timeout(60_000)
  let counting: Counting
  beforeEach(async () => {
    counting = await openCounting()
  })
  afterEach(() => counting.close())

  it('goes on beside the live table while events flow, and is swapped in: equal to the live one', async () => {
    const { add, start, caughtUp, pool, rebuild, rows, expected } = counting
    for (let n = 0; n < 500; n += 1) add(`c${n % 13}`, n)
    start([counters('counts'), counters('untouched')])
    await caughtUp('counts', 'untouched')
    await pool.query('update counts set sum = -1')
    let flowing = true
    const flow = (async () => {
      for (let n = 0; flowing; n += 1) {
        add(`c${n % 13}`, n)
        await wait(1)
      }
    })()
    await rebuild()
    const {
      rows: [checkpoint],
    } = await pool.query<{ generation: number }>("select generation from projection_checkpoints where name = 'counts'")
    flowing = false
    await flow
    await caughtUp('counts', 'untouched')
    expect(checkpoint?.generation).to.equal(2)
    expect(await rows('counts')).to.deep.equal(expected())
    expect(await rows('untouched')).to.deep.equal(expected())
    expect((await pool.query("select 1 from pg_tables where tablename like '%rebuild%'")).rowCount).to.equal(0)
  })

  it('has what the live table took up after the new one had caught up', async () => {
    const { add, start, caughtUp, rebuild, rows, expected, logged } = counting
    add('a', 1)
    start()
    await caughtUp('counts')
    let later = false
    const overtaken: Source = async function* (options) {
      for await (const batch of logged.source(options)) {
        if (!later) {
          later = true
          add('a', 2)
          await caughtUp('counts')
        }
        yield batch
      }
    }
    await rebuild({ source: overtaken })
    expect(await rows()).to.deep.equal(expected())
    add('a', 3)
    await caughtUp('counts')
    expect(await rows()).to.deep.equal(expected())
  })

  it('does not replace a table that was replaced meanwhile', async () => {
    const { add, start, caughtUp, pool, rebuild, logged } = counting
    add('a', 1)
    start()
    await caughtUp('counts')
    const overtaken: Source = async function* (options) {
      await pool.query("update projection_checkpoints set generation = 7 where name = 'counts'")
      yield* logged.source(options)
    }
    expect((await fault(rebuild({ source: overtaken }))).message).to.equal('counts was replaced by somebody else')
    const {
      rows: [live],
    } = await pool.query<{ generation: number }>("select generation from projection_checkpoints where name = 'counts'")
    expect(live?.generation).to.equal(7)
  })

  it('never makes a reader go back: the position only grows, and there are always rows', async () => {
    const { add, start, caughtUp, pool, rebuild } = counting
    for (let n = 0; n < 200; n += 1) add('a', n)
    start()
    await caughtUp('counts')
    let rebuilding = true
    const seen: { position: string; length: number }[] = []
    const reading = (async () => {
      while (rebuilding) {
        add('a', 1)
        const { rows } = await pool.query<{ position: string; length: number }>(
          "select position, (select jsonb_array_length(history) from counts) as length from projection_checkpoints where name = 'counts'",
        )
        seen.push(...rows)
      }
    })()
    await rebuild()
    await rebuild()
    rebuilding = false
    await reading
    expect(seen.length).to.be.greaterThan(1)
    expect(seen).to.deep.equal(
      seen.toSorted((a, b) => (a.position === b.position ? a.length - b.length : a.position < b.position ? -1 : 1)),
    )
    expect(seen.filter(({ length }) => length === null)).to.deep.equal([])
  })

  it('leaves the table as far as it was, when all that lies between is of no interest to it', async () => {
    const { add, start, caughtUp, rebuild, logged, progressOf, isAtHead } = counting
    add('a', 1)
    logged.append('other-1', 'Noise')
    const engine = start()
    await caughtUp('counts')
    await engine.stop()
    /** Knows the places of its own events alone. */
    const sparse: Source = async function* (options) {
      for await (const batch of logged.source(options)) {
        yield {
          ...batch,
          position: batch.events.at(-1)?.position ?? (options.after === 'start' ? undefined : options.after),
        }
      }
    }
    await rebuild({ source: sparse })
    const progress = await progressOf('counts')
    expect(progress && [progress.events, isAtHead(progress)]).to.deep.equal([1, true])
  })

  it('is strict: names the event, and leaves the live table as it was', async () => {
    const { add, start, caughtUp, rebuild, rows, progressOf } = counting
    add('a', 1)
    let poisonous = true
    const projection = counters('counts', { poison: () => poisonous })
    const poison = add('a', 5, 'Poison')
    start([projection])
    await caughtUp('counts')
    const error = await fault(rebuild({ projection }))
    expect([error.name, error.message.includes(poison.id), error.message.includes('a poisoned event')]).to.deep.equal([
      'FoldFault',
      true,
      true,
    ])
    expect((await rows()).map(({ history }) => history)).to.deep.equal([[1]])
    poisonous = false
    await rebuild({ projection })
    add('a', 6)
    await caughtUp('counts')
    expect((await rows()).map(({ history }) => history)).to.deep.equal([[1, 5, 6]])
    expect((await progressOf('counts'))?.setAsideCount).to.equal(0)
  })

  it('begins anew after one that was killed, and is refused beside a running one', async () => {
    const { add, start, caughtUp, rebuild, rows, expected, progressOf } = counting
    for (let n = 0; n < 300; n += 1) add('a', n)
    start()
    await caughtUp('counts')
    const killing = new AbortController()
    const halfway = rebuild({ signal: killing.signal, onProgress: () => killing.abort() })
    expect((await fault(halfway)).name).to.equal('ReplacementRefused')
    expect((await progressOf('counts'))?.rebuild?.share)
      .to.be.greaterThan(0)
      .and.lessThan(1)
    let refused: Error | undefined
    const withOneBeside: Source = async function* (options) {
      for await (const batch of counting.logged.source(options)) {
        yield batch
        refused ??= await fault(rebuild())
      }
    }
    await rebuild({ source: withOneBeside })
    expect(refused?.message).to.equal('counts is being replaced by somebody else already')
    await caughtUp('counts')
    expect(await rows()).to.deep.equal(expected())
  })

  it('waits for a store that is away, and comes to its end', async () => {
    const { add, start, caughtUp, rebuild, rows, expected, logged } = counting
    for (let n = 0; n < 300; n += 1) add(`c${n % 3}`, n)
    start()
    await caughtUp('counts')
    let batches = 0
    const rebuilding = rebuild({
      onProgress: () => {
        batches += 1
        if (batches === 2) logged.away = true
      },
    })
    await until('it is away', () => (logged.away ? true : undefined))
    logged.away = false
    await rebuilding
    add('c1', 1)
    await caughtUp('counts')
    expect(await rows()).to.deep.equal(expected())
  })
})
