import { expect } from 'chai'
import { mostEntries } from '../../processors/dead-letters/audit.ts'
import type { ChangedPlace, Changes, Claim, Refused, Resolution } from '../../processors/dead-letters/resolution.ts'
import type { InMemoryResolutions } from './in-memory-resolutions.ts'

export type ResolutionsUnderTest = InMemoryResolutions & {
  /** Lets so many seconds pass for claims. */
  readonly pass: (seconds: number) => Promise<void>
}

const at = new Date('2026-01-05T10:00:00.000Z')
const later = new Date('2026-01-05T10:05:00.000Z')
const decision = (number: bigint, key = 'o1') => ({
  group: 'order',
  number,
  key,
  eventId: `event ${number}`,
  parkedAt: new Date('2026-01-05T09:59:00.000Z'),
  by: 'olga',
  at,
  letter: { of: String(number) },
})
const held = (claim: Claim | Refused): Claim => {
  if (typeof claim === 'string') throw new Error(`refused: ${claim}`)
  return claim
}
const retried: Resolution = {
  kind: 'retry',
  decidedBy: 'olga',
  decidedAt: at,
  eventId: 'event 7',
  retries: 1,
  resolvedAt: undefined,
  lastFailure: undefined,
  failureCode: undefined,
  why: undefined,
}

/** What every store of resolutions promises. */
export const resolutionsContract = (make: () => Promise<ResolutionsUnderTest>): void => {
  let kept: ResolutionsUnderTest
  beforeEach(async () => {
    kept = await make()
  })
  const look = async (number: bigint) => (await kept.resolutions.of('order', [number])).get(number)
  const begin = (number: bigint, kind: 'retry' | 'release' = 'retry', key = 'o1') =>
    kept.resolutions.begin({ ...decision(number, key), kind })

  it('count the retries, keep the last failure, and end when the dead letter is resolved', async () => {
    const { resolutions } = kept
    expect(await look(7n)).to.equal(undefined)
    const first = held(await begin(7n))
    expect(await look(7n)).to.deep.equal(retried)
    await resolutions.failed(first, { code: 'schema_mismatch', message: 'schema_mismatch: no lines' })
    const failed = { ...retried, lastFailure: 'schema_mismatch: no lines', failureCode: 'schema_mismatch' }
    expect(await look(7n)).to.deep.equal(failed)
    const second = held(await begin(7n))
    expect(await look(7n)).to.deep.equal({ ...failed, retries: 2, lastFailure: undefined })
    await resolutions.failed(second, { message: 'not now: conflict' })
    expect(await look(7n)).to.deep.equal({ ...failed, retries: 2, lastFailure: 'not now: conflict' })
    expect(await resolutions.resolve(held(await begin(7n)), later)).to.equal(true)
    expect(await look(7n)).to.deep.equal({ ...retried, retries: 3, resolvedAt: later })
    expect(await begin(7n)).to.equal('already_settled')
    expect(await look(7n)).to.deep.equal({ ...retried, retries: 3, resolvedAt: later })
  })

  it('do not count a release as a retry', async () => {
    const { resolutions } = kept
    await resolutions.failed(held(await begin(7n, 'release')), { message: 'not now: paused' })
    expect((await look(7n))?.retries).to.equal(0)
  })

  it('let one at a time handle the letters of a key', async () => {
    const all = await Promise.all([1n, 2n, 1n, 3n].map((number) => begin(number, 'release')))
    const claims = all.filter((claim) => typeof claim !== 'string')
    expect(claims).to.have.length(1)
    expect(all.filter((claim) => claim === 'under_way')).to.have.length(3)
    held(await begin(4n, 'release', 'o2'))
    await kept.resolutions.failed(held(claims[0] ?? 'under_way'), { message: 'not now' })
    held(await begin(1n, 'release'))
  })

  it('take a claim from whoever has died with it, and not from whoever keeps it', async () => {
    const claim = held(await begin(1n))
    await kept.pass(29)
    expect(await begin(1n)).to.equal('under_way')
    await kept.resolutions.keep(claim)
    await kept.pass(29)
    expect(await begin(1n)).to.equal('under_way')
    await kept.pass(2)
    const next = held(await begin(1n))
    // Whoever was slow, and not dead, changes nothing of the claim of the next.
    await kept.resolutions.keep(claim)
    expect(await kept.resolutions.resolve(claim, at)).to.equal(true)
    expect(await begin(2n)).to.equal('under_way')
    // It is resolved once.
    expect(await kept.resolutions.resolve(next, later)).to.equal(false)
    expect((await look(1n))?.resolvedAt).to.deep.equal(at)
    expect((await kept.audit.of('order', 1n, undefined)).map(({ outcome }) => outcome)).to.deep.equal([
      'handled',
      'handled; it had been settled meanwhile',
    ])
  })

  it('discard what nobody is at, once, with the reason', async () => {
    const { resolutions } = kept
    const discard = () => resolutions.discard({ ...decision(5n), by: 'otto', at: later, why: 'of no use' })
    const claim = held(await begin(5n))
    expect(await discard()).to.equal('under_way')
    // Another one of its key may be discarded meanwhile.
    expect(await resolutions.discard({ ...decision(6n), why: 'nor this' })).to.equal('discarded')
    await resolutions.failed(claim, { code: 'refund_not_found', message: 'refund_not_found: no' })
    expect(await discard()).to.equal('discarded')
    expect(await discard()).to.equal('already_settled')
    expect(await begin(5n)).to.equal('already_settled')
    const resolution = await look(5n)
    expect(resolution).to.include({ kind: 'discard', decidedBy: 'otto', why: 'of no use', lastFailure: undefined })
    expect(resolution?.resolvedAt).to.deep.equal(later)
  })

  it('remember who decided what, when and why, and what came of it; of all letters of an event', async () => {
    const { resolutions, audit } = kept
    await resolutions.failed(held(await begin(5n)), { code: 'poison', message: 'poison: bad' })
    await resolutions.discard({ ...decision(5n), by: 'otto', at: later, why: 'of no use' })
    const again = { ...decision(9n), eventId: 'event 5', kind: 'release' as const, by: 'system' }
    await resolutions.begin(again)
    const whole = [
      { number: 5n, what: 'retry', by: 'olga', at, why: undefined, outcome: 'poison: bad' },
      { number: 5n, what: 'discard', by: 'otto', at: later, why: 'of no use', outcome: 'discarded' },
      { number: 9n, what: 'release', by: 'system', at, why: undefined, outcome: undefined },
    ]
    expect(await audit.of('order', 9n, 'event 5')).to.deep.equal(whole)
    expect(await audit.of('order', 5n, undefined)).to.deep.equal(whole.slice(0, 2))
    expect(await audit.of('payment', 5n, undefined)).to.deep.equal([])
    expect(await audit.resolvedAs('order', ['event 5', 'event 6'])).to.deep.equal(new Map([['event 5', [5n]]]))
  })

  it('remember what was decided a hundred times, and show the last of it', async () => {
    const { resolutions, audit } = kept
    for (let n = 0; n <= mostEntries; n += 1)
      await resolutions.failed(held(await begin(7n, 'release')), { message: `time ${n}` })
    const outcomes = (await audit.of('order', 7n, 'event 7')).map(({ outcome }) => outcome)
    expect(outcomes).to.deep.equal(Array.from({ length: mostEntries }, (_, n) => `time ${n + 1}`))
  })

  it('are made for an event, and hold off nobody who decides about another one of the same number', async () => {
    const { resolutions, audit } = kept
    await resolutions.failed(held(await begin(7n)), { code: 'poison', message: 'poison: bad' })
    await resolutions.discard({ ...decision(7n), why: 'of no use' })
    const other = { ...decision(7n), eventId: 'event of a store that was put back', parkedAt: later, at: later }
    const claim = held(await resolutions.begin({ ...other, kind: 'release' }))
    const { eventId } = other
    expect(await look(7n)).to.deep.equal({ ...retried, kind: 'release', decidedAt: later, eventId, retries: 0 })
    expect(await resolutions.resolve(claim, later)).to.equal(true)
    expect(await resolutions.discard({ ...other, why: 'nor this' })).to.equal('already_settled')
    expect(await resolutions.discard({ ...decision(7n), why: 'the first once more' })).to.equal('discarded')
    expect(await look(7n)).to.deep.include({ kind: 'discard', retries: 0, eventId: 'event 7' })
    expect(await audit.of('order', 7n, undefined)).to.have.length(4)
  })

  it('without an event are made for what had been parked when they were made', async () => {
    const { resolutions } = kept
    const gone = { ...decision(7n), eventId: undefined, why: 'gone' }
    expect(await resolutions.discard(gone)).to.equal('discarded')
    expect(await resolutions.discard(gone)).to.equal('already_settled')
    expect(await begin(7n)).to.equal('already_settled')
    expect(await resolutions.discard({ ...decision(7n), parkedAt: later, at: later })).to.equal('discarded')
  })

  it('are those of the dead letters asked for; resolved ones with what an operator sees of them', async () => {
    const { resolutions } = kept
    for (const number of [1n, 2n, 3n, 4n]) await resolutions.resolve(held(await begin(number)), at)
    await begin(5n)
    expect([...(await resolutions.of('order', [2n, 9n])).keys()]).to.deep.equal([2n])
    expect((await resolutions.of('payment', [1n, 2n])).size).to.equal(0)
    const found = await resolutions.resolvedBetween('order', { from: 2n, before: 4n }, 9)
    expect(found.map(({ number, letter }) => ({ number, letter }))).to.deep.equal([
      { number: 2n, letter: { of: '2' } },
      { number: 3n, letter: { of: '3' } },
    ])
    const first = await resolutions.resolvedBetween('order', { from: 2n, before: 4n }, 1)
    expect(first.map(({ number }) => number)).to.deep.equal([2n])
    expect(await resolutions.resolvedBetween('order', { from: 5n, before: 9n }, 9)).to.deep.equal([])
  })

  it('are those written anew since the mark of an earlier answer, and those asked for by number', async () => {
    const { resolutions } = kept
    const changed = async (numbers: readonly bigint[], since?: string) => {
      const { resolutions: found, mark, more } = await resolutions.changed('order', { numbers, since, most: 100 })
      expect(more).to.equal(undefined)
      return { numbers: [...found.keys()].sort(), mark, found }
    }
    expect((await changed([1n])).numbers).to.deep.equal([])
    const claims = [held(await begin(1n)), held(await begin(2n, 'retry', 'o2'))] as const
    await resolutions.discard({ ...decision(3n), group: 'payment' })
    const first = await changed([1n, 9n])
    expect(first.numbers).to.deep.equal([1n])
    expect((await changed([], first.mark)).numbers).to.deep.equal([])
    await resolutions.failed(claims[0], { code: 'refund_not_found', message: 'refund_not_found: no' })
    await resolutions.discard(decision(4n, 'o4'))
    const second = await changed([2n], first.mark)
    expect(second.numbers).to.deep.equal([1n, 2n, 4n])
    expect(second.found.get(1n)?.failureCode).to.equal('refund_not_found')
    expect(second.found.get(4n)).to.deep.equal((await resolutions.of('order', [4n])).get(4n))
    await resolutions.resolve(claims[1], later)
    expect((await changed([], second.mark)).numbers).to.deep.equal([2n])
    expect((await changed([], first.mark)).numbers).to.deep.equal([1n, 2n, 4n])
  })

  it('written anew come in parts, each once, also what is written while they are asked for', async () => {
    const { resolutions } = kept
    const { mark: since } = await resolutions.changed('order', { numbers: [], since: undefined, most: 2 })
    const part = (after?: ChangedPlace) => resolutions.changed('order', { numbers: [], since, after, most: 2 })
    const numbersOf = ({ resolutions: found }: Changes) => [...found.keys()]
    for (const number of [5n, 3n, 4n, 1n]) await resolutions.discard(decision(number, `o${number}`))
    const first = await part()
    expect(numbersOf(first)).to.deep.equal([5n, 3n])
    await resolutions.discard(decision(2n, 'o2'))
    const second = await part(first.more)
    expect(numbersOf(second)).to.deep.equal([4n, 1n])
    const third = await part(second.more)
    expect([numbersOf(third), third.more]).to.deep.equal([[2n], undefined])
    const next = await resolutions.changed('order', { numbers: [], since: first.mark, most: 2 })
    expect(numbersOf(next), 'written after the first part').to.deep.equal([2n])
  })
}
