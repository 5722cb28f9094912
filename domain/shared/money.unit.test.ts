import { expect } from 'chai'
import { formatMoney } from './money.ts'

describe('money, as people write it', () => {
  for (const [amount, currency, text] of [
    [1999, 'EUR', '19.99 EUR'],
    [5, 'EUR', '0.05 EUR'],
    [0, 'EUR', '0.00 EUR'],
    [1999, 'JPY', '1999 JPY'],
    [0, 'JPY', '0 JPY'],
    [1999, 'KWD', '1.999 KWD'],
    [7, 'KWD', '0.007 KWD'],
    [Number.MAX_SAFE_INTEGER, 'EUR', '90071992547409.91 EUR'],
  ] as const) {
    it(`${amount} of ${currency} are ${text}`, () => {
      expect(formatMoney({ amount, currency })).to.equal(text)
    })
  }
})
