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
import { afterAsking, atDeadline, deadlineOf, usualDeadlines } from './deadline.ts'

const minutes = 60_000
const placedAt = new Date('2026-03-01T12:00:00Z')
const after = (count: number) => new Date(placedAt.getTime() + count * minutes)
const clock = { placedAt, actionRequired: false }

describe('the deadline', () => {
  const deadline = (changes: Partial<Parameters<typeof deadlineOf>[0]>) => deadlineOf({ ...clock, ...changes }, usualDeadlines)

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
    expect(deadlineOf({ placedAt, actionRequired: true }, { ...usualDeadlines, latest: 45 * minutes })).to.deep.equal(after(45))
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
  const verdict = (name: Name, now: Date, behind = 0) =>
    atDeadline({ clock, payment: fold(paymentDecider, histories[name]), behind, now }, usualDeadlines)

  it('the payment says what becomes of the order', () => {
    const verdicts = (Object.keys(histories) as Name[]).map((name) => [name, verdict(name, after(30))])
    expect(Object.fromEntries(verdicts)).to.deep.equal({
      none: { do: 'expire' },
      requested: { do: 'ask_to_cancel' },
      'action required': { do: 'ask_to_cancel' },
      unknown: { do: 'ask_to_cancel' },
      succeeded: { do: 'confirm', paymentId },
      failed: { do: 'reject' },
      voided: { do: 'expire' },
      mismatch: { do: 'leave_to_operator' },
    })
  })
  it('before it, wait', () => {
    const justBefore = new Date(after(30).getTime() - 1)
    for (const name of Object.keys(histories) as Name[]) {
      expect(verdict(name, justBefore)).to.deep.equal({ do: 'wait', until: after(30) })
    }
  })
  it('a group that is behind may hold the news: put off, but not beyond two hours', () => {
    expect(verdict('none', after(30), 5 * minutes)).to.deep.equal({ do: 'expire' })
    expect(verdict('none', after(30), 5 * minutes + 1)).to.deep.equal({ do: 'wait', until: after(40) })
    expect(verdict('none', after(115), 6 * minutes)).to.deep.equal({ do: 'wait', until: after(120) })
    expect(verdict('none', after(120), 6 * minutes)).to.deep.equal({ do: 'expire' })
  })
})

describe('when the provider was asked to cancel', () => {
  const asked = (answer: Parameters<typeof afterAsking>[0]['answer'], now = after(30)) =>
    afterAsking({ answer, clock, now }, usualDeadlines)

  it('cancelled, or never heard of: the order expires', () => {
    expect([asked('cancelled'), asked('unknown_payment')]).to.deep.equal([{ do: 'expire' }, { do: 'expire' }])
  })
  it('captured or failed by then: that is the outcome, and the order does not expire, however late it is', () => {
    expect([asked('captured', after(300)), asked('failed', after(300))]).to.deep.equal([{ do: 'record' }, { do: 'record' }])
  })
  it('no answer: ten minutes more, two hours at most, and then it expires', () => {
    expect(asked('no_answer')).to.deep.equal({ do: 'wait', until: after(40) })
    expect(asked('no_answer', after(111))).to.deep.equal({ do: 'wait', until: after(120) })
    expect(asked('no_answer', after(120))).to.deep.equal({ do: 'expire' })
  })
})
