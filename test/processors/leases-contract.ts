import { expect } from 'chai'
import type { Lease, Leases } from '../../processors/perform/leases.ts'

export type LeasesUnderTest = {
  /** Leases live for a minute. */
  readonly leases: Leases
  /** Lets so many seconds pass for what is kept. */
  readonly pass: (seconds: number) => Promise<void>
}

// Later than whatever the leases were made at: of what is older they may have forgotten.
const start = Date.now() + 3_600_000
const at = (seconds: number) => new Date(start + seconds * 1_000)
const event = (digit: number) => `0000000${digit}-0000-4000-8000-000000000000`
const what = { kind: 'payment', key: 'p1', since: at(0), eventId: event(1) }
const atOnce = { onlyDue: true }
const followedUp = { onlyDue: false }

const taken = (lease: Lease | undefined): Lease => {
  if (lease === undefined) throw new Error('no lease')
  return lease
}

/** What every store of leases promises. */
export const leasesContract = (make: () => Promise<LeasesUnderTest>): void => {
  let leases: Leases
  let pass: LeasesUnderTest['pass']
  beforeEach(async () => {
    ;({ leases, pass } = await make())
  })

  it('gives one lease at a time', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => leases.claim(what, followedUp)))
    expect(all.filter((lease) => lease !== undefined).map(({ claimCount }) => claimCount)).to.deep.equal([1])
    await pass(58)
    expect(await leases.claim(what, followedUp)).to.equal(undefined)
  })

  it('gives a lease that has run out to the next, and counts', async () => {
    await leases.claim(what, atOnce)
    await pass(60)
    expect((await leases.claim(what, atOnce))?.claimCount).to.equal(2)
  })

  it('says of the first lease alone that nobody had claimed it before', async () => {
    const first = taken(await leases.claim(what, atOnce))
    await leases.release(first, { dueInMs: 30_000 })
    const second = taken(await leases.claim({ ...what, since: at(5) }, followedUp))
    await leases.release(second, 'completed')
    const third = taken(await leases.claim(what, followedUp))
    expect([first, second, third].map(({ neverSent }) => neverSent)).to.deep.equal([true, false, false])
  })

  it('does not count a claim in which nothing was done', async () => {
    await leases.release(taken(await leases.claim(what, atOnce)), { dueInMs: 0 })
    for (const uncounted of [true, true])
      await leases.release(taken(await leases.claim(what, followedUp)), { dueInMs: 0, uncounted })
    expect((await leases.claim(what, followedUp))?.claimCount).to.equal(2)
  })

  it('says that nothing can have been sent as long as each who claimed it has said so, whoever counts the claims', async () => {
    const told: unknown[] = []
    for (const then of [
      { dueInMs: 0, unsent: true },
      { dueInMs: 0, unsent: true },
      { dueInMs: 0 },
      { dueInMs: 0, unsent: true },
    ]) {
      const { neverSent, claimCount, ...lease } = taken(await leases.claim(what, followedUp))
      await leases.release({ neverSent, claimCount, ...lease }, then)
      told.push([neverSent, claimCount, await leases.mayHaveSent(what.kind, what.key)])
    }
    expect(told).to.deep.equal([
      [true, 1, false],
      [true, 2, false],
      [true, 3, true],
      [false, 4, true],
    ])
  })

  it('says that something may have been sent from the claim on, and of what was never claimed that nothing was', async () => {
    expect(await leases.mayHaveSent(what.kind, what.key)).to.equal(false)
    await leases.claim(what, atOnce)
    expect(await leases.mayHaveSent(what.kind, what.key)).to.equal(true)
    await pass(60)
    expect(taken(await leases.claim(what, followedUp)).neverSent).to.equal(false)
  })

  it('counts from the beginning when the intent has become another', async () => {
    await leases.release(taken(await leases.claim(what, atOnce)), { dueInMs: 30_000 })
    expect((await leases.claim({ ...what, since: at(5), eventId: event(2) }, atOnce))?.claimCount).to.equal(1)
  })

  it('does not forget what is completed: nobody has anything to do who only hears of it once more', async () => {
    await leases.release(taken(await leases.claim(what, atOnce)), 'completed')
    await pass(3 * 3_600)
    expect(await leases.claim(what, atOnce)).to.equal(undefined)
    // The same row, and another event: a charge that is to be cancelled.
    expect(await leases.claim({ ...what, eventId: event(2) }, atOnce)).to.not.equal(undefined)
  })

  it('lets nobody have it before it is due who only hears of it once more', async () => {
    await leases.release(taken(await leases.claim(what, atOnce)), { dueInMs: 30_000 })
    expect(await leases.claim(what, atOnce)).to.equal(undefined)
    await pass(30)
    expect((await leases.claim(what, atOnce))?.claimCount).to.equal(2)
  })

  it('lets those have what is completed who have looked at the log', async () => {
    await leases.release(taken(await leases.claim(what, atOnce)), 'completed')
    const again = taken(await leases.claim(what, followedUp))
    expect([again.neverSent, again.claimCount]).to.deep.equal([false, 2])
    await leases.release(again, { dueInMs: 0 })
    expect((await leases.claim(what, atOnce))?.claimCount).to.equal(3)
  })

  it('does not let one whose lease has run out give back that of another', async () => {
    const slow = taken(await leases.claim(what, atOnce))
    await pass(60)
    const next = taken(await leases.claim(what, atOnce))
    await leases.release(slow, 'completed')
    expect(await leases.claim(what, followedUp)).to.equal(undefined)
    await leases.release(next, { dueInMs: 27_000 })
    expect((await leases.claim(what, followedUp))?.claimCount).to.equal(3)
  })

  it('tells whether somebody holds a live lease', async () => {
    expect(await leases.isLeased(what.kind, what.key)).to.equal(false)
    const lease = taken(await leases.claim(what, atOnce))
    expect(await leases.isLeased(what.kind, what.key)).to.equal(true)
    await leases.release(lease, { dueInMs: 30_000 })
    expect(await leases.isLeased(what.kind, what.key)).to.equal(false)
    await pass(30)
    await leases.claim(what, atOnce)
    await pass(61)
    expect(await leases.isLeased(what.kind, what.key)).to.equal(false)
  })

  it('keeps kinds and keys apart', async () => {
    await leases.claim(what, atOnce)
    expect(await leases.claim({ ...what, kind: 'refund' }, atOnce)).to.not.equal(undefined)
    expect(await leases.claim({ ...what, key: 'p2' }, atOnce)).to.not.equal(undefined)
  })
}
