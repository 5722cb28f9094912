import { expect } from 'chai'
import { dieAgainAndAgain } from './rounds.ts'

describe('a server that is killed (2.5)', () => {
  it('has all that it answered and all that anybody saw, and nothing in part', async () => {
    const { deaths, answered, seen } = await dieAgainAndAgain(20, 1)
    expect(deaths).to.deep.equal({ 'before-commit': 4, 'in-commit': 4, 'after-commit-before-publish': 4, 'after-publish-before-answer': 4, never: 4 })
    expect(answered).to.be.greaterThan(100)
    expect(seen).to.be.greaterThan(100)
  }).timeout(120_000)
})
