import { expect } from 'chai'
import { currencies, decimalsOf } from '../../domain/shared/currencies.ts'
import { decimalOf, exponentOf, minorUnits, moneyText } from './money.js'

describe('money on the page', () => {
  it('has as many decimals as ISO 4217 says, for every currency of the shop', () => {
    expect(currencies.length).to.be.greaterThan(150)
    expect(currencies.filter((code) => exponentOf(code) !== decimalsOf(code))).to.deep.equal([])
  })

  it('is shown by them, also where browsers go by what shops use', () => {
    const shown = (amount: number | string, currency: string) =>
      moneyText({ amount, currency }, 'en').replace('\u00a0', ' ')
    expect(shown(1999, 'EUR')).to.equal('€19.99')
    expect(shown(1999, 'JPY')).to.equal('¥1,999')
    expect(shown(1999, 'KWD')).to.equal('KWD 1.999')
    expect(shown(1999, 'IQD')).to.equal('IQD 1.999')
    expect(shown(-5, 'EUR')).to.equal('-€0.05')
    expect(shown(9_007_199_254_740_991, 'EUR')).to.equal('€90,071,992,547,409.91')
    expect(shown('-18014398509481985', 'EUR')).to.equal('-€180,143,985,094,819.85')
    expect(shown('-5', 'KWD')).to.equal('-KWD 0.005')
  })

  it('is typed in with a point or a comma, and read to the minor unit', () => {
    expect(minorUnits('19.99', 'EUR')).to.equal(1999)
    expect(minorUnits(' 19,9 ', 'EUR')).to.equal(1990)
    expect(minorUnits('19', 'JPY')).to.equal(19)
    expect(minorUnits('0.001', 'KWD')).to.equal(1)
    expect(minorUnits(decimalOf({ amount: 7, currency: 'EUR' }), 'EUR')).to.equal(7)
    for (const wrong of ['', '0', '-1', '1.999', '1.000,00', '1e3', 'x', '1234567890123'])
      expect(minorUnits(wrong, 'EUR'), wrong).to.equal(undefined)
    expect(minorUnits('1.5', 'JPY')).to.equal(undefined)
  })
})
