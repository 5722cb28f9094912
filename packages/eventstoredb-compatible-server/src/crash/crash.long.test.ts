import { expect } from 'chai'
import { dieAgainAndAgain } from './rounds.ts'

describe('a server that is killed five hundred times (2.5)', () => {
  it('has all that it answered and all that anybody saw, and nothing in part', async () => {
    const first = Math.floor(Date.now() / 3_600_000)
    let kept = 0
    for (let run = 0; run < 25; run += 1) kept += (await dieAgainAndAgain(20, first + run)).kept
    // Some appends were on disk and not answered, so it was late enough now and then.
    expect(kept).to.be.greaterThan(100)
  })
})
