import { expect } from 'chai'
import type { Attempts } from '../../processors/perform/attempts.ts'

const at = (seconds: number) => new Date(Date.parse('2026-01-05T09:00:00.000Z') + seconds * 1_000)
const what = { kind: 'payment', key: 'p1', since: at(0) }

/** What every store of attempts promises. */
export const attemptsContract = (make: () => Promise<Attempts> | Attempts): void => {
  let attempts: Attempts
  beforeEach(async () => { attempts = await make() })

  it('gives one lease at a time', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => attempts.claim(what, { now: at(0), until: at(60) })))
    expect(all.filter((lease) => lease !== undefined).map(({ calls }) => calls)).to.deep.equal([1])
    expect(await attempts.claim(what, { now: at(59), until: at(119) })).to.equal(undefined)
  })

  it('gives a lease that has run out to the next, and counts', async () => {
    await attempts.claim(what, { now: at(0), until: at(60) })
    expect((await attempts.claim(what, { now: at(60), until: at(120) }))?.calls).to.equal(2)
  })

  it('counts from the beginning when the intent has become another', async () => {
    const lease = await attempts.claim(what, { now: at(0), until: at(60) })
    if (lease === undefined) throw new Error('no lease')
    await attempts.release(lease, { now: at(1), dueAt: at(31) })
    expect((await attempts.claim({ ...what, since: at(5) }, { now: at(6), until: at(66) }))?.calls).to.equal(1)
  })

  it('forgets what is settled', async () => {
    const lease = await attempts.claim(what, { now: at(0), until: at(60) })
    if (lease === undefined) throw new Error('no lease')
    await attempts.release(lease, { now: at(1), dueAt: undefined })
    expect((await attempts.claim(what, { now: at(1), until: at(61) }))?.calls).to.equal(1)
  })

  it('does not let one whose lease has run out give back that of another', async () => {
    const slow = await attempts.claim(what, { now: at(0), until: at(60) })
    const next = await attempts.claim(what, { now: at(60), until: at(120) })
    if (slow === undefined || next === undefined) throw new Error('no lease')
    await attempts.release(slow, { now: at(61), dueAt: undefined })
    expect(await attempts.claim(what, { now: at(62), until: at(122) })).to.equal(undefined)
    await attempts.release(next, { now: at(63), dueAt: at(90) })
    expect((await attempts.claim(what, { now: at(63), until: at(123) }))?.calls).to.equal(3)
  })

  it('keeps kinds and keys apart', async () => {
    await attempts.claim(what, { now: at(0), until: at(60) })
    expect(await attempts.claim({ ...what, kind: 'refund' }, { now: at(0), until: at(60) })).to.not.equal(undefined)
    expect(await attempts.claim({ ...what, key: 'p2' }, { now: at(0), until: at(60) })).to.not.equal(undefined)
  })
}
