import { expect } from 'chai'
import { templates, type Template } from '../../domain/notifications/events.ts'
import { cancelled, confirmed, notPaid, outOfStock, placed, shipped } from '../../test/specifications/order-events.ts'
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
import { isForOperators, messageOf, type MessageFacts } from './messages.ts'

type Cause = MessageFacts['cause']
const number = '0123456789'

/** Template, cause, subject, and what the text must say. */
const specified: readonly (readonly [Template, Cause, string, readonly string[]])[] = [
  [
    'received',
    placed(),
    `We have received your order ${number}`,
    ['2 × Cup  25.00 EUR', '1 × Pot  30.00 EUR', 'Total  55.00 EUR'],
  ],
  [
    'confirm_payment',
    paymentActionRequired(),
    `Please confirm the payment of your order ${number}`,
    ['http://provider.example/confirm'],
  ],
  ['confirmed', confirmed(), `Your order ${number} is confirmed`, ['Total  55.00 EUR']],
  ['rejected', outOfStock(), `We cannot fulfil your order ${number}`, ['POT: 1 ordered, 0 available']],
  ['rejected', notPaid(), `We cannot fulfil your order ${number}`, ['payment did not go through']],
  ['cancelled', cancelled('customer'), `Your order ${number} is cancelled`, ['As you asked']],
  ['cancelled', cancelled('operator'), `Your order ${number} is cancelled`, ['We had to']],
  ['cancelled', cancelled('expired'), `Your order ${number} is cancelled`, ['not paid in time']],
  ['shipped', shipped('T-1'), `Your order ${number} has been shipped`, ['Post', 'T-1']],
  ['refunded', refundSucceeded({ amount: 100 }), `Money back for your order ${number}`, ['1.00 EUR']],
  ['operator_refund_failed', refundFailed(), `Refund failed: order ${number}`, ['full', 'attempt 1', 'account_closed']],
  [
    'operator_payment_mismatch',
    paymentMismatchDetected(9900),
    `Payment does not match: order ${number}`,
    ['55.00 EUR', '99.00 EUR', 'pp-1'],
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
  ['operator_dispute', disputeWon(), `Dispute won: order ${number}`, ['55.00 EUR', 'dp-1', 'can be shipped']],
]

describe('what messages say', () => {
  for (const [template, cause, subject, parts] of specified) {
    it(`${template}, after ${cause.type}: ${parts.join(', ')}`, () => {
      const message = messageOf(template, { placed: placed(), cause })
      expect(message.subject).to.equal(subject)
      for (const part of parts) expect(message.text).to.contain(part)
      expect(message.text.startsWith('Hello Alice Adams,\n\n')).to.equal(!isForOperators(template))
    })
  }

  it('has a line for every template', () => {
    expect(templates.filter((template) => !specified.some(([one]) => one === template))).to.deep.equal([])
  })

  it('is refused where template and cause do not belong together', () => {
    expect(() => messageOf('shipped', { placed: placed(), cause: confirmed() })).to.throw(
      'shipped cannot be written about OrderConfirmed',
    )
  })
})
