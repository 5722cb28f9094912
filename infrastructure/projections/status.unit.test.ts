import { expect } from 'chai'
import { counters } from '../../test/projections/counters.ts'
import type { Target } from './target.ts'
import { reasonsNotReady, statusOf, type EngineStatus } from './status.ts'

const second = (n: number) => new Date(n * 1_000)

describe('the status of the projection engine', () => {
  const projection = counters('counts')
  const target = (changes: Partial<Target<unknown>>): Target<unknown> => ({
    projection,
    physicalName: 'counts',
    checkpoint: { name: 'counts', version: 1, generation: 1, position: undefined },
    caughtUp: false,
    caughtUpAt: undefined,
    lastEventAt: undefined,
    setAside: new Set(),
    ...changes,
  })
  const lag = (changes: Partial<Target<unknown>>) =>
    statusOf([projection], new Map([['counts', target(changes)]]), new Map(), {
      now: second(100),
      began: second(90),
    })[0]?.lagSeconds

  it('counts the lag from the last event, or from when it last had everything', () => {
    expect(lag({ caughtUp: true, lastEventAt: second(10) })).to.equal(0)
    expect(lag({ lastEventAt: second(40) })).to.equal(60)
    expect(lag({ lastEventAt: second(40), caughtUpAt: second(95) })).to.equal(5)
    expect(lag({})).to.equal(10)
    expect(lag({ lastEventAt: second(200) })).to.equal(0)
  })

  it('knows no lag of a table that another instance looks after', () => {
    expect(statusOf([projection], new Map(), new Map(), { now: second(100), began: second(90) })).to.deep.equal([
      {
        name: 'counts',
        version: 1,
        state: 'waiting',
        detail: undefined,
        position: undefined,
        caughtUp: false,
        lagSeconds: undefined,
        setAside: 0,
      },
    ])
  })

  it('is ready when it is active or stands by, and every table is of its version', () => {
    const apart = new Map([['counts', { state: 'rebuilding' as const, detail: 'version 2 is being built' }]])
    const projections = statusOf([projection], new Map(), apart, { now: second(1), began: second(0) })
    const ready = (state: EngineStatus['state'], of = projections) => reasonsNotReady({ state, projections: of })
    expect(ready({ role: 'active' }, [])).to.deep.equal([])
    expect(ready({ role: 'standby' }, [])).to.deep.equal([])
    expect(ready({ role: 'away', reason: 'PostgreSQL is away' })).to.deep.equal(['PostgreSQL is away'])
    expect(ready({ role: 'stopped' })).to.deep.equal(['stopped'])
    expect(ready({ role: 'active' })).to.deep.equal(['counts: version 2 is being built'])
  })
})
