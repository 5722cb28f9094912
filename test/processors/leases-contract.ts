import { expect } from 'chai'
import type { Attempts, Lease } from '../../processors/perform/leases.ts'

export type AttemptsUnderTest = {
  /** Leases live for a minute. */
  readonly attempts: Attempts
  /** Lets so many seconds pass for what is kept. */
  readonly pass: (seconds: number) => Promise<void>
}

// Later than whatever the attempts were made at: of what is older they may have forgotten.
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

/** What every store of attempts promises. */
export const attemptsContract = (make: () => Promise<AttemptsUnderTest>): void => {
  let attempts: Attempts
  let pass: AttemptsUnderTest['pass']
  beforeEach(async () => { ({ attempts, pass } = await make()) })

  it('gives one lease at a time', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => attempts.claim(what, followedUp)))
    expect(all.filter((lease) => lease !== undefined).map(({ calls }) => calls)).to.deep.equal([1])
    await pass(58)
    expect(await attempts.claim(what, followedUp)).to.equal(undefined)
  })

  it('gives a lease that has run out to the next, and counts', async () => {
    await attempts.claim(what, atOnce)
    await pass(60)
    expect((await attempts.claim(what, atOnce))?.calls).to.equal(2)
  })

  it('says of the first lease alone that nobody had claimed it before', async () => {
    const first = taken(await attempts.claim(what, atOnce))
    await attempts.release(first, { dueInMs: 30_000 })
    const second = taken(await attempts.claim({ ...what, since: at(5) }, followedUp))
    await attempts.release(second, 'settled')
    const third = taken(await attempts.claim(what, followedUp))
    expect([first, second, third].map(({ inserted }) => inserted)).to.deep.equal([true, false, false])
  })

  it('counts from the beginning when the intent has become another', async () => {
    await attempts.release(taken(await attempts.claim(what, atOnce)), { dueInMs: 30_000 })
    expect((await attempts.claim({ ...what, since: at(5), eventId: event(2) }, atOnce))?.calls).to.equal(1)
  })

  it('does not forget what is settled: nobody has anything to do who only hears of it once more', async () => {
    await attempts.release(taken(await attempts.claim(what, atOnce)), 'settled')
    await pass(3 * 3_600)
    expect(await attempts.claim(what, atOnce)).to.equal(undefined)
    // The same row, and another event: a charge that is called off.
    expect(await attempts.claim({ ...what, eventId: event(2) }, atOnce)).to.not.equal(undefined)
  })

  it('lets nobody have it before it is due who only hears of it once more', async () => {
    await attempts.release(taken(await attempts.claim(what, atOnce)), { dueInMs: 30_000 })
    expect(await attempts.claim(what, atOnce)).to.equal(undefined)
    await pass(30)
    expect((await attempts.claim(what, atOnce))?.calls).to.equal(2)
  })

  it('lets those have what is settled who have looked at the log', async () => {
    await attempts.release(taken(await attempts.claim(what, atOnce)), 'settled')
    const again = taken(await attempts.claim(what, followedUp))
    expect([again.inserted, again.calls]).to.deep.equal([false, 2])
    await attempts.release(again, { dueInMs: 0 })
    expect((await attempts.claim(what, atOnce))?.calls).to.equal(3)
  })

  it('does not let one whose lease has run out give back that of another', async () => {
    const slow = taken(await attempts.claim(what, atOnce))
    await pass(60)
    const next = taken(await attempts.claim(what, atOnce))
    await attempts.release(slow, 'settled')
    expect(await attempts.claim(what, followedUp)).to.equal(undefined)
    await attempts.release(next, { dueInMs: 27_000 })
    expect((await attempts.claim(what, followedUp))?.calls).to.equal(3)
  })

  it('tells whether somebody holds a live lease', async () => {
    expect(await attempts.isLeased(what.kind, what.key)).to.equal(false)
    const lease = taken(await attempts.claim(what, atOnce))
    expect(await attempts.isLeased(what.kind, what.key)).to.equal(true)
    await attempts.release(lease, { dueInMs: 30_000 })
    expect(await attempts.isLeased(what.kind, what.key)).to.equal(false)
    await pass(30)
    await attempts.claim(what, atOnce)
    await pass(61)
    expect(await attempts.isLeased(what.kind, what.key)).to.equal(false)
  })

  it('keeps kinds and keys apart', async () => {
    await attempts.claim(what, atOnce)
    expect(await attempts.claim({ ...what, kind: 'refund' }, atOnce)).to.not.equal(undefined)
    expect(await attempts.claim({ ...what, key: 'p2' }, atOnce)).to.not.equal(undefined)
  })
}
