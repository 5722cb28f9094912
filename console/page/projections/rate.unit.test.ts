import { expect } from 'chai'
import { rateOf } from './rate.js'

describe('a rate', () => {
  it('is known from the second look on, and not where the count began anew', () => {
    expect(rateOf(undefined, { at: 0, events: 5 })).to.equal(undefined)
    expect(rateOf({ at: 0, events: 5 }, { at: 2_000, events: 25 })).to.equal(10)
    expect(rateOf({ at: 0, events: 5 }, { at: 2_000, events: 0 })).to.equal(undefined)
    expect(rateOf({ at: 1, events: 5 }, { at: 1, events: 5 })).to.equal(undefined)
  })
})
