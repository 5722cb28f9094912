import { expect } from 'chai'
import { StoreUnavailable } from '../../infrastructure/event-store/port.ts'
import { eventOf, parkedAt } from '../../test/processors/parked-streams.ts'
import { followed, group } from '../../test/processors/followed-letters.ts'

describe('unresolved dead letters', () => {
  it('are read on from where it was, with one read while nothing is put aside', async () => {
    const { streams, refresh, asked, discard } = followed()
    await refresh()
    expect(streams.reads).to.deep.equal(['payment from 0, 1'])
    expect(asked).to.deep.equal([])
    streams.park(group, eventOf('a', 1), 'schema_mismatch')
    await refresh()
    await refresh()
    expect(streams.reads.slice(1)).to.deep.equal([
      ...['payment from 0, 1', 'payment from 0'],
      ...['payment from 0, 1', 'payment from 1'],
    ])
    await discard(0)
    streams.begins(group, 1)
    await refresh()
    await refresh()
    expect(streams.reads.slice(5)).to.deep.equal(['payment from 0, 1', 'payment from 0, 1'])
  })

  it('are found behind any number of others', async () => {
    const { streams, refresh, waits } = followed()
    for (let n = 0; n < 10_001; n += 1) streams.park(group, eventOf(`order ${n}`, 1), 'schema_mismatch')
    await refresh()
    expect(waits('order 10000', 2)).to.be.a('string')
  })

  it('stay known while the database is away; and before they were read nothing waits', async () => {
    const { streams, set, refresh, waits } = followed()
    streams.park(group, eventOf('a', 1), 'schema_mismatch')
    set.away = true
    expect(await refresh().catch((error: unknown) => error)).to.be.instanceOf(StoreUnavailable)
    expect(waits('a', 2)).to.equal(undefined)
    set.away = false
    await refresh()
    set.away = true
    await refresh().catch(() => undefined)
    expect(waits('a', 2)).to.be.a('string')
  })

  it('are looked at together by all who ask meanwhile, and by nobody too early', async () => {
    const { streams, refresh, numbers } = followed()
    const first = refresh()
    while (streams.reads.length === 0) await Promise.resolve()
    streams.park(group, eventOf('a', 1), 'schema_mismatch')
    await Promise.all([refresh(), refresh()])
    await first
    expect(numbers()).to.deep.equal([0])
    expect(streams.reads).to.have.length(3)
  })

  it('are not those that somebody decided about before the event store was put back', async () => {
    const { streams, resolutions, refresh, numbers, unresolved, set } = followed()
    const before = { group, by: 'olga', at: new Date(parkedAt.getTime() - 1), parkedAt: new Date(0), letter: {} }
    for (const [number, eventId] of [[0n, 'b-1'] as const, [1n, undefined] as const, [2n, 'gone-1'] as const])
      await resolutions.discard({ ...before, number, eventId })
    streams.park(group, eventOf('a', 1), 'schema_mismatch')
    streams.park(group, eventOf('c', 1), 'schema_mismatch')
    streams.park(group, undefined, 'schema_mismatch')
    await refresh()
    expect(numbers()).to.deep.equal([0, 1, 2])
    // Nor once they are known, when somebody on whom it has not dawned yet decides about the one of before.
    await resolutions.discard({ ...before, number: 0n, eventId: 'b-1', at: new Date(set.time) })
    await refresh()
    expect(numbers()).to.deep.equal([0, 1, 2])
    expect(unresolved.resolvedBelow(group)).to.equal(0n)
    await resolutions.discard({ ...before, number: 0n, eventId: 'a-1', parkedAt })
    await refresh()
    expect(numbers()).to.deep.equal([1, 2])
  })

  it('are followed again when the stream begins earlier again: a replay by hand and a truncation have crossed', async () => {
    const { streams, refresh, numbers, unresolved, discard, waits } = followed()
    for (const order of ['a', 'b', 'c']) streams.park(group, eventOf(order, 1), 'schema_mismatch')
    await discard(0)
    await refresh()
    streams.begins(group, 3)
    await refresh()
    expect(numbers()).to.deep.equal([])
    streams.begins(group, 1)
    await refresh()
    expect(numbers()).to.deep.equal([1, 2])
    expect(waits('c', 2)).to.be.a('string')
    streams.begins(group, 0)
    await refresh()
    expect(numbers()).to.deep.equal([1, 2])
    expect(unresolved.beginsAt(group)).to.equal(0n)
  })

  it('stand for what they last failed with', async () => {
    const { streams, resolutions, refresh, unresolved } = followed()
    streams.park(group, eventOf('a', 1), 'waits_behind')
    const claim = await resolutions.begin({
      ...{
        group,
        number: 0n,
        key: 'a',
        kind: 'release',
        eventId: 'a-1',
        parkedAt,
        by: 'system',
        at: new Date(0),
        letter: {},
      },
    })
    if (typeof claim === 'string') throw new Error(claim)
    await resolutions.failed(claim, { code: 'refund_not_found', message: 'refund_not_found: no' })
    await refresh()
    expect([...unresolved.of(group).all()].map(({ code }) => code)).to.deep.equal(['refund_not_found'])
  })
})
