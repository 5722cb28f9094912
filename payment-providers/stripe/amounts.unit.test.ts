import { expect } from 'chai'
import { currencies, decimalsOf } from '../../domain/shared/currencies.ts'
import { fromStripeAmount, toStripeAmount } from './amounts.ts'

describe("amounts in Stripe's minor units", () => {
  for (const [currency, ours, theirs] of [
    ['EUR', 1999, 1999],
    ['TWD', 150_000, 150_000],
    ['JPY', 500, 500],
    ['KRW', 12_000, 12_000],
    // 5 shillings and 5 krónur, which we count whole.
    ['UGX', 5, 500],
    ['ISK', 5, 500],
    ['KWD', 5_120, 5_120],
    ['HUF', 129_900, 129_900],
    // Which Stripe counts whole, and ISO 4217 in hundredths.
    ['MGA', 129_900, 1_299],
  ] as const) {
    it(`${currency}: ${ours} is ${theirs}, and back`, () => {
      expect(toStripeAmount(ours, currency)).to.equal(theirs)
      expect(fromStripeAmount(theirs, currency.toLowerCase())).to.deep.equal({ amount: ours, currency })
    })
  }

  it('takes from no card another amount than people are shown, of whatever currency', () => {
    const none = 'BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF'.split(' ')
    const three = 'BHD JOD KWD OMR TND'.split(' ')
    const decimals = (currency: string) => (none.includes(currency) ? 0 : three.includes(currency) ? 3 : 2)
    const ours = 7_000_000
    const wrong = currencies.filter((currency) => {
      const theirs = toStripeAmount(ours, currency)
      return theirs !== undefined && theirs / 10 ** decimals(currency) !== ours / 10 ** decimalsOf(currency)
    })
    expect(wrong).to.deep.equal([])
  })

  it('refuses what cannot be expressed', () => {
    expect(toStripeAmount(5_123, 'KWD')).to.equal(undefined)
    expect(toStripeAmount(129_950, 'MGA')).to.equal(undefined)
    expect(toStripeAmount(12_345, 'CLF')).to.equal(undefined)
    expect(fromStripeAmount(12_345, 'clf')).to.equal(undefined)
    expect(toStripeAmount(0, 'EUR')).to.equal(undefined)
    expect(toStripeAmount(Number.MAX_SAFE_INTEGER, 'UGX')).to.equal(undefined)
    expect(fromStripeAmount(550, 'ugx')).to.equal(undefined)
    expect(fromStripeAmount(550, 'no currency')).to.equal(undefined)
  })
})
