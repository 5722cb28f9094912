import { expect } from 'chai'
import { paymentId } from '../../test/specifications/order-events.ts'
import {
  paymentActionRequired,
  paymentFailed,
  paymentMismatchDetected,
  paymentOutcomeUnknown,
  paymentRequested,
  paymentSucceeded,
  paymentVoided,
} from '../../test/specifications/payment-events.ts'
import { paymentDecider } from '../payments/payment.ts'
import { fold } from '../shared/decider.ts'
import { afterCancel, atDeadline, deadlineOf, usualDeadlines, type OwnWork } from './deadline.ts'

const minutes = 60_000
const placedAt = new Date('2026-03-01T12:00:00Z')
const after = (count: number) => new Date(placedAt.getTime() + count * minutes)
const clock = { placedAt, actionRequired: false }

describe('the deadline', () => {
  const deadline = (changes: Partial<Parameters<typeof deadlineOf>[0]>) =>
    deadlineOf({ ...clock, ...changes }, usualDeadlines)

  it('is thirty minutes after placing', () => {
    expect(deadline({})).to.deep.equal(after(30))
  })
  it('is thirty more for a customer who has to confirm the payment', () => {
    expect(deadline({ actionRequired: true })).to.deep.equal(after(60))
  })
  it('can be moved, but not before what it was', () => {
    expect(deadline({ postponedTo: after(47) })).to.deep.equal(after(47))
    expect(deadline({ postponedTo: after(40), actionRequired: true })).to.deep.equal(after(60))
  })
  it('is never more than two hours after placing', () => {
    expect(deadline({ postponedTo: after(125) })).to.deep.equal(after(120))
    expect(deadlineOf({ placedAt, actionRequired: true }, { ...usualDeadlines, latest: 45 * minutes })).to.deep.equal(
      after(45),
    )
  })
})

describe('at the deadline', () => {
  const histories = {
    none: [],
    requested: [paymentRequested()],
    'action required': [paymentRequested(), paymentActionRequired()],
    unknown: [paymentRequested(), paymentOutcomeUnknown()],
    succeeded: [paymentRequested(), paymentSucceeded()],
    failed: [paymentRequested(), paymentFailed()],
    voided: [paymentRequested(), paymentVoided()],
    mismatch: [paymentRequested(), paymentMismatchDetected()],
  }
  type Name = keyof typeof histories
  const nothing: OwnWork = { unhandled: false, payingNow: false, lastEventAt: placedAt }
  const decision = (name: Name, now: Date, own: Partial<OwnWork> = {}, settings = usualDeadlines) =>
    atDeadline({ clock, payment: fold(paymentDecider, histories[name]), own: { ...nothing, ...own }, now }, settings)

  it('the payment says what becomes of the order', () => {
    const decisions = (Object.keys(histories) as Name[]).map((name) => [name, decision(name, after(30))])
    expect(Object.fromEntries(decisions)).to.deep.equal({
      none: { do: 'expire', ours: false },
      requested: { do: 'ask_to_cancel' },
      'action required': { do: 'ask_to_cancel' },
      unknown: { do: 'ask_to_cancel' },
      succeeded: { do: 'confirm', paymentId },
      failed: { do: 'reject' },
      voided: { do: 'expire', ours: false },
      mismatch: { do: 'leave_to_operator' },
    })
  })
  it('before it, wait', () => {
    const justBefore = new Date(after(30).getTime() - 1)
    for (const name of Object.keys(histories) as Name[]) {
      expect(decision(name, justBefore)).to.deep.equal({ do: 'wait', until: after(30) })
    }
  })
  it('stands still while an event of the order waits for us, or somebody is at its payment, and nobody is asked to cancel', () => {
    const quarterOfACall = usualDeadlines.callLimit / 4 / minutes
    for (const [own, waits] of [
      [{ unhandled: true }, 7.5],
      [{ payingNow: true }, quarterOfACall],
      [{ unhandled: true, payingNow: true }, 7.5],
    ] as const) {
      for (const name of ['none', 'requested', 'action required', 'unknown', 'voided'] as const) {
        expect(decision(name, after(30), own)).to.deep.equal({ do: 'wait', until: after(30 + waits) })
        expect(decision(name, after(120 - waits / 2), own)).to.deep.equal({ do: 'wait', until: after(120) })
      }
      // What has come is not waited for.
      expect(decision('succeeded', after(30), own).do).to.equal('confirm')
      expect(decision('failed', after(30), own).do).to.equal('reject')
    }
  })
  it('leaves a quarter of the deadline after the last event, or the time of one call, whichever is longer', () => {
    expect(decision('requested', after(30), { lastEventAt: after(25) })).to.deep.equal({
      do: 'wait',
      until: after(32.5),
    })
    expect(decision('requested', after(33), { lastEventAt: after(25) })).to.deep.equal({ do: 'ask_to_cancel' })
    const quick = { ...usualDeadlines, confirmWithin: minutes, callLimit: minutes / 2 }
    expect(decision('requested', after(1), { lastEventAt: after(0.75) }, quick)).to.deep.equal({
      do: 'wait',
      until: after(1.25),
    })
  })
  it('ends two hours after placing, whatever is configured and whoever is to blame; that it was us is said', () => {
    for (const latest of [minutes, 900 * minutes]) {
      const settings = { ...usualDeadlines, latest }
      expect(decision('none', after(119), { unhandled: true }, settings).do).to.equal('wait')
      expect(decision('none', after(120), { unhandled: true }, settings)).to.deep.equal({ do: 'expire', ours: true })
      expect(decision('requested', after(120), { payingNow: true }, settings)).to.deep.equal({ do: 'ask_to_cancel' })
    }
  })
})

describe('when the provider was asked to cancel', () => {
  const asked = (result: Parameters<typeof afterCancel>[0]['result'], now = after(30)) =>
    afterCancel({ result, clock, now }, usualDeadlines)

  it('cancelled: the order expires', () => {
    expect(asked('cancelled')).to.deep.equal({ do: 'expire' })
  })
  it('never heard of: it is charged after all, within two hours; after that it expires', () => {
    expect(asked('unknown_payment')).to.deep.equal({ do: 'charge', until: after(40) })
    expect(asked('unknown_payment', after(119))).to.deep.equal({ do: 'charge', until: after(120) })
    expect(asked('unknown_payment', after(120))).to.deep.equal({ do: 'expire' })
  })
  it('captured or failed by then: that is the outcome, and the order does not expire, however late it is', () => {
    expect([asked('captured', after(300)), asked('failed', after(300))]).to.deep.equal([
      { do: 'record' },
      { do: 'record' },
    ])
  })
  it('unknown: ten minutes more, two hours at most, and then it expires', () => {
    expect(asked('unknown')).to.deep.equal({ do: 'wait', until: after(40) })
    expect(asked('unknown', after(111))).to.deep.equal({ do: 'wait', until: after(120) })
    expect(asked('unknown', after(120))).to.deep.equal({ do: 'expire' })
  })
})
