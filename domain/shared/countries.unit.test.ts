import { expect } from 'chai'
import { countries, countryFault } from './countries.ts'

describe('a country', () => {
  it('is one of the 249 that ISO 3166-1 has', () => {
    expect(countries.size).to.equal(249)
    expect([...countries].filter((code) => !/^[A-Z]{2}$/.test(code))).to.deep.equal([])
    expect(['DE', 'GB', 'GR', 'US', 'AQ', 'SS'].map(countryFault)).to.deep.equal(Array(6).fill(undefined))
  })

  it('is told which it is, where another code is meant', () => {
    expect(['UK', 'EL', 'ZZ', 'XX', 'EU', 'YU', 'gb', ''].map(countryFault)).to.deep.equal([
      'This is not an ISO 3166 country code: that one is GB.',
      'This is not an ISO 3166 country code: that one is GR.',
      ...Array<string>(6).fill('This is not an ISO 3166 country code.'),
    ])
  })
})
