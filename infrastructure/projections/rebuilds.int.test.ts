import { expect } from 'chai'
import { counterDecoder, counters } from '../../test/projections/counters.ts'
import { openCounting, type Counting } from '../../test/projections/counting.ts'
import { until } from '../../test/support/until.ts'
import type { Source } from './source.ts'
import { ReplacementUnderWay } from './replacement-refused.ts'
import { createRebuilds, type Rebuilds } from './rebuilds.ts'
import { silentLogger } from '../observability/logger.ts'

describe('rebuilds that are asked of a process', function () {
  this.timeout(60_000)
  let counting: Counting
  const opened: Rebuilds[] = []
  beforeEach(async () => {
    counting = await openCounting()
    for (let n = 0; n < 120; n += 1) counting.add('a', n)
    counting.start([counters('counts'), counters('others')])
    await counting.caughtUp('counts', 'others')
  })
  afterEach(async () => {
    for (const rebuilds of opened.splice(0)) await rebuilds.close()
    await counting.close()
  })

  const rebuildsFrom = (source: Source): Rebuilds => {
    const { logged, pool, url } = counting
    const rebuilds = createRebuilds({
      projections: [counters('counts'), counters('others')],
      decoder: counterDecoder,
      sourceOf: () => source,
      // Read by the source alone.
      store: { holds: (position) => logged.holds(position), subscribeToAll: () => neverRead },
      pool,
      databaseUrl: url,
      logger: silentLogger,
      now: () => new Date(),
    })
    opened.push(rebuilds)
    return rebuilds
  }
  const neverRead = {
    [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('nobody reads this')) }),
  }
  const ended = (rebuilds: Rebuilds) =>
    until('it has ended', async () => {
      const state = await rebuilds.state('counts')
      return state.state === 'running' ? undefined : state
    })
  const refusal = (begun: Promise<void>) =>
    begun.then(
      () => undefined,
      (error: unknown) => error,
    )

  it('go on by themselves, and say what came of them', async () => {
    const { pool, rows, expected, logged } = counting
    await pool.query('update counts set sum = -1')
    const rebuilds = rebuildsFrom(logged.source)
    expect(await rebuilds.state('counts')).to.deep.equal({ state: 'none' })
    await rebuilds.begin('counts', { setsAside: false, dryRun: false })
    const { state, ...done } = await ended(rebuilds)
    expect([state, 'events' in done && done.events]).to.deep.equal(['done', 120])
    expect(await rows('counts')).to.deep.equal(expected())
  })

  it('are one at a time, also over all processes; how far it is, each process knows', async () => {
    const { logged } = counting
    const gate = Promise.withResolvers<void>()
    const half: Source = async function* (options) {
      let batches = 0
      for await (const batch of logged.source(options)) {
        yield batch
        batches += 1
        if (batches === 1) await gate.promise
      }
    }
    const [one, other] = [rebuildsFrom(half), rebuildsFrom(logged.source)]
    await one.begin('counts', { setsAside: false, dryRun: false })
    await until('it has begun to read', async () => {
      const state = await one.state('counts')
      return state.state === 'running' && state.share > 0 ? state : undefined
    })
    for (const [rebuilds, name] of [
      [one, 'counts'],
      [one, 'others'],
      [other, 'counts'],
    ] as const)
      expect(await refusal(rebuilds.begin(name, { setsAside: false, dryRun: false })), name).to.be.instanceOf(
        ReplacementUnderWay,
      )
    const seen = await other.state('counts')
    expect(seen.state === 'running' && seen.share > 0 && seen.share < 1).to.equal(true)
    gate.resolve()
    expect((await ended(one)).state).to.equal('done')
    expect(await other.state('counts')).to.deep.equal({ state: 'none' })
  })

  it('are stopped with the process, and the live table is as it was', async () => {
    const { logged, rows, expected } = counting
    const stuck: Source = async function* (options) {
      for await (const batch of logged.source(options)) {
        yield { ...batch, caughtUp: false }
        if (options.signal.aborted) return
        await new Promise<void>((resolve) => options.signal.addEventListener('abort', () => resolve(), { once: true }))
      }
    }
    const rebuilds = rebuildsFrom(stuck)
    await rebuilds.begin('counts', { setsAside: false, dryRun: false })
    await rebuilds.close()
    expect(await ended(rebuilds)).to.deep.include({
      state: 'failed',
      failure: 'the rebuild of counts was stopped before its end',
    })
    expect(await rows('counts')).to.deep.equal(expected())
  })
})
