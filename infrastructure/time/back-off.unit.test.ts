import { expect } from 'chai'
import { backoffMs, jittered } from './back-off.ts'

describe('back-off', () => {
  const backoff = { firstMs: 100, capMs: 5_000 }

  it('doubles with each attempt, up to the cap', () => {
    const most = [0, 1, 2, 5, 6, 40, 5_000].map((attempt) => backoffMs(attempt, backoff, () => 1))
    expect(most).to.deep.equal([100, 200, 400, 3_200, 5_000, 5_000, 5_000])
  })

  it('is a half at least, whatever chance says', () => {
    const drawn = [0, 0.5, 1].map((chance) => backoffMs(1, backoff, () => chance))
    expect(drawn).to.deep.equal([100, 150, 200])
  })

  it('draws between the least and the most', () => {
    expect([0, 0.25, 1].map((chance) => jittered(10, 50, () => chance))).to.deep.equal([10, 20, 50])
  })
})
