import { expect } from 'chai'
import { orderId } from '../../test/processors/shop.ts'
import { paymentRequested } from '../../test/specifications/payment-events.ts'
import { LeasesUnavailable } from './leases.ts'
import { inMemoryLeases } from '../../test/processors/in-memory-leases.ts'
import type { Intent } from './intent.ts'
import { createPerform, type Effect, type InHand, type Performed } from './perform.ts'

const hour = 3_600_000
const leaseMs = 60_000
const start = Date.parse('2026-01-05T09:00:00.000Z')
const intent: Intent = { kind: 'payment', key: 'p', orderId, since: new Date(start), eventId: 'e' }
const inHand: InHand = { recorded: { event: paymentRequested(), id: 'e' } }
const seen = { inHand, followedUp: false }
const followedUp = { inHand: undefined, followedUp: true }

/** An effect that comes to `answer`, and notes whether it was told that it is the first to call. */
const performing = (answer: () => Promise<Performed> = async () => ({ kind: 'completed' })) => {
  let time = start
  const leases = inMemoryLeases({ now: () => new Date(time), leaseMs })
  const called: ('first' | 'after a look')[] = []
  const warnings: string[] = []
  const effect: Effect = (_intent, { isFirst }) => {
    called.push(isFirst ? 'first' : 'after a look')
    return answer()
  }
  const perform = createPerform({
    leases,
    effects: { payment: effect, refund: effect, notification: effect },
    now: () => new Date(time),
    dueAgain: (claimCount, from) => new Date(from.getTime() + claimCount * 30_000),
    warn: (message) => {
      warnings.push(message)
    },
  })
  return {
    leases,
    called,
    warnings,
    perform,
    advance: (milliseconds: number) => {
      time += milliseconds
    },
  }
}
const open: Performed = { kind: 'open', why: 'not yet' }

describe('a call', () => {
  it('is made without a look at the stream by whoever claims it first, with the intent in hand', async () => {
    const { perform, called } = performing()
    expect((await perform(intent, seen)).performed).to.deep.equal({ kind: 'completed' })
    expect(called).to.deep.equal(['first'])
  })

  it('is made after a look by whoever has nothing in hand', async () => {
    const { perform, called } = performing()
    await perform(intent, followedUp)
    expect(called).to.deep.equal(['after a look'])
  })

  it('is made after a look when the event has been given to somebody before', async () => {
    const { perform, called } = performing()
    await perform(intent, { inHand: { ...inHand, comesAgain: true }, followedUp: false })
    expect(called).to.deep.equal(['after a look'])
  })

  it('is made after a look when the intent is older than marks are certain to be kept for, be it by a clock that is ahead', async () => {
    for (const [since, expected] of [
      [start - 12 * hour + 1, 'first'],
      [start - 12 * hour, 'after a look'],
      [start + 12 * hour - 1, 'first'],
      [start + 12 * hour, 'after a look'],
    ] as const) {
      const { perform, called } = performing()
      await perform({ ...intent, since: new Date(since) }, seen)
      expect(called).to.deep.equal([expected])
    }
  })

  it('is made after a look when somebody has had the lease before, whatever came of that', async () => {
    const { perform, called, leases, advance } = performing()
    await leases.claim(intent, { onlyDue: true })
    advance(leaseMs)
    await perform(intent, seen)
    expect(called).to.deep.equal(['after a look'])
  })

  it('is not made by the appending of the intent, nor by its delivery: only by the lease', async () => {
    // Two replicas. One asks, calls, completes; the other's append of the same intent succeeds as a repetition, and it is delivered once more.
    const { perform, called } = performing()
    await (
      await perform(intent, seen)
    ).over
    expect((await perform(intent, seen)).performed.kind).to.equal('open')
    expect((await perform(intent, seen)).performed.kind).to.equal('open')
    expect(called).to.deep.equal(['first'])
  })

  it('is not made again before it is due, by whoever only hears of it again; the follow-ups know when that is', async () => {
    const { perform, called, advance } = performing(async () => open)
    await (
      await perform(intent, seen)
    ).over
    await perform(intent, seen)
    expect(called).to.deep.equal(['first'])
    await (
      await perform(intent, followedUp)
    ).over
    advance(60_000)
    await perform(intent, seen)
    expect(called).to.deep.equal(['first', 'after a look', 'after a look'])
  })

  it('that is completed is made again by the follow-ups alone, after a look: the log is believed more than the mark', async () => {
    const { perform, called, advance } = performing()
    await (
      await perform(intent, seen)
    ).over
    advance(6 * hour)
    await perform(intent, seen)
    expect(called).to.deep.equal(['first'])
    await perform(intent, followedUp)
    expect(called).to.deep.equal(['first', 'after a look'])
  })

  it('of a database that has changed hands waits for the length of a lease, and is made after a look', async () => {
    const { perform, called, leases, advance, warnings } = performing()
    await (
      await perform(intent, seen)
    ).over
    leases.failOver(5_000)
    advance(leaseMs - 1)
    expect((await perform(intent, seen)).performed).to.deep.equal({ kind: 'open', why: 'no lease could be taken' })
    advance(1)
    await perform(intent, seen)
    expect(called).to.deep.equal(['first', 'after a look'])
    expect(warnings).to.deep.equal(['no lease could be taken'])
  })

  it('that fails leaves the intent due by the schedule, and its lease free', async () => {
    const { perform, leases } = performing(() => Promise.reject(new Error('who knows')))
    const error = await perform(intent, seen).catch((thrown: unknown) => thrown)
    expect(error).to.have.property('message', 'who knows')
    expect(leases.dueAt('payment', 'p', intent.since)).to.deep.equal(new Date(start + 30_000))
    expect(await leases.claim(intent, { onlyDue: false })).to.not.equal(undefined)
  })

  it('is told of as impossible once, until leases can be taken again', async () => {
    const { perform, leases, warnings } = performing(async () => open)
    const claim = leases.claim.bind(leases)
    for (const away of [true, true, false, true]) {
      leases.claim = away ? () => Promise.reject(new LeasesUnavailable('away')) : claim
      await perform(intent, seen)
    }
    expect(warnings).to.deep.equal(['no lease could be taken', 'no lease could be taken'])
  })
})
