import { expect } from 'chai'
import { eventOf } from '../../test/processors/parked-streams.ts'
import { keyOf } from '../groups.ts'
import { createUnresolved } from './unresolved.ts'
import { followed, group } from '../../test/processors/followed-letters.ts'

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
})
