import { expect } from 'chai'
import { isForOperators } from '../../domain/notifications/channels.ts'
import { templates, type Template } from '../../domain/notifications/events.ts'
import {
  cancelled,
  confirmed,
  delayed,
  notPaid,
  outOfStock,
  placed,
  shipped,
} from '../../test/specifications/order-events.ts'
import {
  disputeLost,
  disputeOpened,
  disputeWon,
  externalRefundFailed,
  externalRefundRecorded,
  paymentActionRequired,
  paymentMismatchDetected,
  refundFailed,
  refundSucceeded,
} from '../../test/specifications/payment-events.ts'
import { messageOf, smsTextOf, usualWriting } from './messages.ts'
import type { MessageFacts } from './views.ts'

type Cause = MessageFacts['cause']
const number = '0123456789'
const at = new Date('2026-03-01T23:30:00Z')
const german = { ...usualWriting, language: 'de' } as const

/** Template, cause, subject, and what the text must say. */
const specified: readonly (readonly [Template, Cause, string, readonly string[]])[] = [
  [
    'received',
    placed(),
    `We have received your order ${number}`,
    ['order of 1 March 2026', '2 × Cup  25.00 EUR', '1 × Pot  30.00 EUR', 'Total  55.00 EUR'],
  ],
  [
    'confirm_payment',
    paymentActionRequired(),
    `Please confirm the payment of your order ${number}`,
    ['http://provider.example/confirm'],
  ],
  [
    'delayed',
    delayed(),
    `Your order ${number} takes a little longer`,
    ['no answer about its payment', 'stay reserved', 'nothing that you have to do'],
  ],
  ['confirmed', confirmed(), `Your order ${number} is confirmed`, ['Total  55.00 EUR']],
  ['rejected', outOfStock(), `We cannot fulfil your order ${number}`, ['POT: 1 ordered, 0 available']],
  ['rejected', notPaid(), `We cannot fulfil your order ${number}`, ['payment did not go through']],
  ['cancelled', cancelled('customer'), `Your order ${number} is cancelled`, ['As you asked']],
  ['cancelled', cancelled('operator'), `Your order ${number} is cancelled`, ['We had to']],
  ['cancelled', cancelled('expired'), `Your order ${number} is cancelled`, ['not paid in time']],
  ['shipped', shipped('T-1'), `Your order ${number} has been shipped`, ['Post', 'T-1']],
  [
    'refunded',
    refundSucceeded({ amount: 100 }),
    `Money back for your order ${number}`,
    ['On 1 March 2026', '1.00 EUR'],
  ],
  ['operator_refund_failed', refundFailed(), `Refund failed: order ${number}`, ['full', 'attempt 1', 'account_closed']],
  [
    'operator_payment_mismatch',
    paymentMismatchDetected(9900),
    `Payment does not match: order ${number}`,
    ['55.00 EUR', '99.00 EUR', 'pp-1', 'cancel the order'],
  ],
  [
    'operator_external_refund',
    externalRefundRecorded(),
    `Refund made elsewhere: order ${number}`,
    ['20.00 EUR', 'pr-9', 'counts in what is left'],
  ],
  [
    'operator_external_refund',
    externalRefundFailed(),
    `Refund made elsewhere has failed: order ${number}`,
    ['20.00 EUR', 'pr-9', 'account_closed'],
  ],
  ['operator_dispute', disputeOpened(), `Payment disputed: order ${number}`, ['55.00 EUR', 'dp-1', 'not shipped']],
  ['operator_dispute', disputeLost(), `Dispute lost: order ${number}`, ['55.00 EUR', 'dp-1', 'counts as given back']],
  [
    'operator_dispute',
    disputeLost({ ofDuplicate: true }),
    `Dispute lost: order ${number}`,
    ['55.00 EUR', 'dp-1', 'a second charge'],
  ],
  ['operator_dispute', disputeWon(), `Dispute won: order ${number}`, ['55.00 EUR', 'dp-1', 'can be shipped']],
]

describe('what messages say', () => {
  for (const [template, cause, subject, parts] of specified) {
    it(`${template}, after ${cause.type}: ${parts.join(', ')}`, () => {
      const message = messageOf(template, { placed: placed(), cause, at }, usualWriting)
      expect(message.subject).to.equal(subject)
      for (const part of parts) expect(message.text).to.contain(part)
      expect(message.text.startsWith('Hello Alice Adams,\n\n')).to.equal(!isForOperators(template))
    })
  }

  it('are in the language that the customer has chosen, with its amounts and dates', () => {
    const contact = { email: 'alice@example.com', language: 'de' } as const
    const facts = { placed: placed({ contact }), cause: placed(), at }
    const { subject, text, html } = messageOf('received', facts, usualWriting)
    expect(subject).to.equal(`Wir haben Ihre Bestellung ${number} erhalten`)
    expect(text).to.contain('Bestellung vom 1. März 2026').and.to.contain('2 × Cup  25,00 EUR')
    expect(html).to.contain('<html lang="de">').and.to.contain('55,00 EUR')
    expect(messageOf('received', { ...facts, placed: placed() }, german)).to.deep.equal({ subject, text, html })
  })

  it("are in the shop's own language for its operators", () => {
    const contact = { email: 'alice@example.com', language: 'de' } as const
    const facts = { placed: placed({ contact }), cause: refundFailed(), at }
    expect(messageOf('operator_refund_failed', facts, usualWriting).subject).to.equal(`Refund failed: order ${number}`)
    expect(messageOf('operator_refund_failed', facts, german).subject).to.contain('Erstattung fehlgeschlagen')
  })

  it('name the day that it was where the shop is', () => {
    const { text } = messageOf(
      'received',
      { placed: placed(), cause: placed(), at },
      { ...usualWriting, timeZone: 'Europe/Berlin' },
    )
    expect(text).to.contain('order of 2 March 2026')
  })

  it('are one line on a telephone', () => {
    const facts = { placed: placed(), cause: shipped('T-1'), at }
    expect(smsTextOf('shipped', facts, usualWriting)).to.equal(
      `Your order ${number} has been shipped with Post, tracking number T-1.`,
    )
    expect(() => smsTextOf('operator_refund_failed', facts, usualWriting)).to.throw('not sent to telephones')
  })

  it('has a line for every template', () => {
    expect(templates.filter((template) => !specified.some(([one]) => one === template))).to.deep.equal([])
  })

  it('is refused where template and cause do not belong together', () => {
    expect(() => messageOf('shipped', { placed: placed(), cause: confirmed(), at }, usualWriting)).to.throw(
      'shipped cannot be written about OrderConfirmed',
    )
  })
})
