import { expect } from 'chai'
import { currencies, decimalsOf, isCurrency } from './currencies.ts'
import { formatMoney, sumOf } from './money.ts'

describe('money, as people write it', () => {
  for (const [amount, currency, en, de] of [
    [1999, 'EUR', '19.99 EUR', '19,99 EUR'],
    [5, 'EUR', '0.05 EUR', '0,05 EUR'],
    [0, 'EUR', '0.00 EUR', '0,00 EUR'],
    [99999, 'EUR', '999.99 EUR', '999,99 EUR'],
    [100000, 'EUR', '1,000.00 EUR', '1.000,00 EUR'],
    [1999, 'JPY', '1,999 JPY', '1.999 JPY'],
    [0, 'JPY', '0 JPY', '0 JPY'],
    [1999, 'KWD', '1.999 KWD', '1,999 KWD'],
    [7, 'KWD', '0.007 KWD', '0,007 KWD'],
    // Where what ISO 4217 books in is not what shops use.
    [129900, 'HUF', '1,299.00 HUF', '1.299,00 HUF'],
    [19990, 'IQD', '19.990 IQD', '19,990 IQD'],
    [129900, 'ISK', '129,900 ISK', '129.900 ISK'],
    [129900, 'MGA', '1,299.00 MGA', '1.299,00 MGA'],
    [12345, 'CLF', '1.2345 CLF', '1,2345 CLF'],
    [Number.MAX_SAFE_INTEGER, 'EUR', '90,071,992,547,409.91 EUR', '90.071.992.547.409,91 EUR'],
  ] as const) {
    it(`${amount} of ${currency} are ${en}`, () => {
      expect([formatMoney({ amount, currency }, 'en'), formatMoney({ amount, currency }, 'de')]).to.deep.equal([en, de])
    })
  }

  it('has the decimals of ISO 4217, whatever Node has', () => {
    const decimals = ['EUR', 'JPY', 'KRW', 'UGX', 'ISK', 'KWD', 'IQD', 'TND', 'CLF', 'UYW', 'MGA', 'XAU', 'LAK']
    expect(decimals.map(decimalsOf)).to.deep.equal([2, 0, 0, 0, 0, 3, 3, 3, 4, 4, 2, 2, 2])
  })

  it('is added up exactly, or not at all', () => {
    const most = Number.MAX_SAFE_INTEGER
    expect([sumOf([]), sumOf([1, 2]), sumOf([most - 1, 1])]).to.deep.equal([0, 3, most])
    expect(() => sumOf([most, 1])).to.throw(RangeError, '9007199254740992')
    expect(() => sumOf([most, most, most])).to.throw(RangeError)
  })

  it('is of the currencies that ISO 4217 has, once each', () => {
    expect(new Set(currencies).size).to.equal(currencies.length)
    expect(currencies.filter((code) => !/^[A-Z]{3}$/.test(code))).to.deep.equal([])
    expect(['HUF', 'ISK', 'JPY', 'KWD', 'CLF', 'MGA', 'XCG', 'ZWG'].filter((code) => !isCurrency(code))).to.deep.equal(
      [],
    )
    // No more, without a minor unit, or never there.
    expect(['BGN', 'HRK', 'ANG', 'ZWL', 'XAU', 'XTS', 'XXX', 'XDR', 'ZZZ'].filter(isCurrency)).to.deep.equal([])
  })
})
