import { expect } from 'chai'
import { StoreUnavailable } from '../../infrastructure/event-store/port.ts'
import { inMemoryResolutions } from '../../test/processors/in-memory-resolutions.ts'
import { eventOf, parkedAt, parkedStreams } from '../../test/processors/parked-streams.ts'
import { keyOf } from '../groups.ts'
import { createUnresolved } from './unresolved.ts'

const group = 'payment'

const followed = () => {
  const set = { time: parkedAt.getTime() + 60_000, away: false }
  const now = () => new Date(set.time)
  const streams = parkedStreams()
  const { resolutions } = inMemoryResolutions(now)
  const asked: (readonly bigint[])[] = []
  const unresolved = createUnresolved({
    groups: [group, 'order'],
    store: streams.store,
    resolutions: {
      async changed(of, what) {
        asked.push(what.numbers)
        if (set.away) throw new StoreUnavailable('the database is away')
        return resolutions.changed(of, what)
      },
    },
    keyOf,
    now,
  })
  const letters = unresolved.lettersFor(group)
  const waits = (order: string, revision: number, changes: Parameters<typeof eventOf>[2] = {}, replayed?: bigint) => {
    const event = eventOf(order, revision, changes)
    return letters.waitsBehind(event, keyOf(event), replayed)?.message
  }
  const discard = (number: number) =>
    resolutions.discard({
      group,
      number: BigInt(number),
      eventId: undefined,
      parkedAt,
      by: 'olga',
      at: now(),
      letter: {},
    })
  const refresh = () => unresolved.refresh(group)
  const numbers = () => [...unresolved.of(group).all()].map(({ number }) => Number(number))
  return { set, streams, resolutions, unresolved, letters, asked, waits, discard, refresh, numbers }
}

describe('unresolved dead letters', () => {
  it('hold back what is later of their key, and nothing else', async () => {
    const { streams, waits, refresh } = followed()
    expect(waits('a', 5)).to.equal(undefined)
    streams.park(group, eventOf('a', 3), 'schema_mismatch')
    await refresh()
    expect(waits('a', 5)).to.equal('waits behind payment 0 (OrderPlaced), schema_mismatch')
    expect(waits('b', 5)).to.equal(undefined)
    // Earlier in its stream; earlier and later by time in another one of its key, where the same time counts as later.
    expect(waits('a', 2)).to.equal(undefined)
    expect(waits('a', 2, { stream: 'payment-a' })).to.equal(undefined)
    expect(waits('a', 3, { stream: 'payment-a', id: 'other' })).to.be.a('string')
    expect(waits('a', 0, { stream: 'payment-a', created: eventOf('a', 4).created })).to.be.a('string')
  })

  it('do not hold back their own event, which has come again', async () => {
    const { streams, waits, refresh } = followed()
    streams.park(group, eventOf('a', 3), 'schema_mismatch')
    await refresh()
    expect(waits('a', 3)).to.equal(undefined)
  })

  it('name the one whose turn is first', async () => {
    const { streams, waits, refresh } = followed()
    streams.park(group, eventOf('a', 4), 'waits_behind')
    streams.park(group, eventOf('a', 3), 'schema_mismatch')
    await refresh()
    expect(waits('a', 5)).to.equal('waits behind payment 1 (OrderPlaced), schema_mismatch')
  })

  it('end when they are resolved, by whomever', async () => {
    const { streams, waits, discard, refresh } = followed()
    streams.park(group, eventOf('a', 3), 'schema_mismatch')
    streams.park(group, eventOf('b', 3), 'schema_mismatch')
    await discard(1)
    await refresh()
    expect(waits('b', 5)).to.equal(undefined)
    expect(waits('a', 5)).to.be.a('string')
    await discard(0)
    await refresh()
    expect(waits('a', 5)).to.equal(undefined)
  })

  it('are known at once of what this process parks, until they are seen or come again', async () => {
    const { streams, letters, waits, refresh, set, discard } = followed()
    letters.parked(eventOf('a', 3), 'a', { code: 'poison', message: 'bad' })
    expect(waits('a', 5)).to.equal('waits behind payment OrderPlaced, poison')
    expect(waits('a', 2)).to.equal(undefined)
    await refresh()
    expect(waits('a', 5)).to.be.a('string')
    // Its parking was lost: it is given again.
    expect(waits('a', 3)).to.equal(undefined)
    expect(waits('a', 5)).to.equal(undefined)
    // Seen, and resolved by somebody else already.
    letters.parked(eventOf('a', 3), 'a', { code: 'poison', message: 'bad' })
    streams.park(group, eventOf('a', 3), 'poison')
    await discard(0)
    await refresh()
    expect(waits('a', 5)).to.equal(undefined)
    // Its parking was lost, and it was given to another process.
    letters.parked(eventOf('a', 6), 'a', { code: 'poison', message: 'bad' })
    set.time += 61_000
    await refresh()
    expect(waits('a', 7)).to.equal(undefined)
  })

  it('hold back everything of the key while nobody says where they stand', () => {
    const { letters, waits } = followed()
    const { id, stream, type, data, metadata } = eventOf('a', 3)
    letters.parked({ id, stream, type, data, metadata }, 'a', { code: 'poison', message: 'bad' })
    expect(waits('a', 2)).to.be.a('string')
  })

  it('hold back nothing where no event is left, or none can be made of it', async () => {
    const { streams, letters, waits, refresh, numbers } = followed()
    streams.park(group, undefined, 'schema_mismatch')
    letters.parked(eventOf('a', 3), 'a', { code: 'unusable_event', message: 'no id' })
    await refresh()
    expect(waits('a', 5)).to.equal(undefined)
    expect(numbers()).to.deep.equal([0])
  })

  it('up to the one that the store replays are given again, and hold back nothing of that key', async () => {
    const { streams, waits, refresh, numbers, unresolved } = followed()
    for (const revision of [1, 2, 3]) streams.park(group, eventOf('a', revision), 'schema_mismatch')
    streams.park(group, eventOf('b', 1), 'schema_mismatch')
    await refresh()
    expect(waits('a', 2, {}, 1n)).to.equal(undefined)
    expect(numbers()).to.deep.equal([2, 3])
    // Nobody takes them for resolved, until the stream begins behind them.
    expect(unresolved.resolvedBelow(group)).to.equal(0n)
    await refresh()
    expect(unresolved.resolvedBelow(group)).to.equal(0n)
    streams.begins(group, 2)
    await refresh()
    expect(unresolved.resolvedBelow(group)).to.equal(2n)
    // A later one is replayed before an earlier one that is put aside: it waits.
    streams.park(group, eventOf('a', 0, { id: 'first' }), 'schema_mismatch')
    await refresh()
    expect(waits('a', 3, {}, 2n)).to.equal('waits behind payment 4 (OrderPlaced), schema_mismatch')
  })

  it('that were given again and still stand in the parked stream are letters as before for a new subscription', async () => {
    const { streams, waits, refresh, numbers, unresolved } = followed()
    streams.park(group, eventOf('a', 1), 'schema_mismatch')
    await refresh()
    waits('a', 1, {}, 0n)
    expect(numbers()).to.deep.equal([])
    unresolved.of(group).takeBackGivenAgain()
    expect(waits('a', 2)).to.be.a('string')
  })

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

  it('of another process hold back nothing here until this one has looked, and everything later of their key from then on', async () => {
    const here = followed()
    const there = createUnresolved({
      ...{ groups: [group], store: here.streams.store, resolutions: here.resolutions, keyOf },
      now: () => new Date(here.set.time),
    })
    await here.refresh()
    there.lettersFor(group).parked(eventOf('a', 1), 'a', { code: 'poison', message: 'bad' })
    here.streams.park(group, eventOf('a', 1), 'poison')
    expect(there.lettersFor(group).waitsBehind(eventOf('a', 2), 'a', undefined)).to.have.property(
      'code',
      'waits_behind',
    )
    expect(here.waits('a', 2)).to.equal(undefined)
    await here.refresh()
    expect(here.waits('a', 2)).to.be.a('string')
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
