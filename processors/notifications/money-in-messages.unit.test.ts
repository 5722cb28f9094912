import { expect } from 'chai'
import { placed } from '../../test/specifications/order-events.ts'
import { refundSucceeded } from '../../test/specifications/payment-events.ts'
import { messageOf, smsTextOf, usualWriting } from './messages.ts'

const at = new Date('2026-03-01T12:00:00Z')

describe('money in messages', () => {
  // Two of 129900 each, in the smallest unit of each.
  for (const [currency, each, total, german] of [
    ['HUF', '2,598.00 HUF', '2,598.00 HUF', '2.598,00 HUF'],
    ['ISK', '259,800 ISK', '259,800 ISK', '259.800 ISK'],
    ['JPY', '259,800 JPY', '259,800 JPY', '259.800 JPY'],
    ['KWD', '259.800 KWD', '259.800 KWD', '259,800 KWD'],
    ['CLF', '25.9800 CLF', '25.9800 CLF', '25,9800 CLF'],
    ['MGA', '2,598.00 MGA', '2,598.00 MGA', '2.598,00 MGA'],
  ] as const) {
    it(`is written by the minor unit that ISO 4217 has for ${currency}`, () => {
      const lines = [{ sku: 'CUP', name: 'Cup', quantity: 2, unitPrice: 129_900 }]
      const order = { ...placed(), lines, total: 259_800, currency }
      const received = messageOf('received', { placed: order, cause: order, at }, usualWriting)
      expect(received.text).to.contain(`2 × Cup  ${each}`).and.to.contain(`Total  ${total}`)
      expect(received.html).to.contain(total)

      const cause = { ...refundSucceeded(), amount: 259_800, currency }
      const facts = { placed: order, cause, at }
      expect(messageOf('refunded', facts, { ...usualWriting, language: 'de' }).text).to.contain(german)
      expect(smsTextOf('refunded', facts, usualWriting)).to.contain(total)
    })
  }
})
