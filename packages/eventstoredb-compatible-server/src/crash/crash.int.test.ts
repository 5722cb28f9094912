import { expect } from 'chai'
import { dieAgainAndAgain } from './rounds.ts'

describe('a server that is killed (2.5)', () => {
  it('has all that it answered and all that anybody saw, and nothing in part', async () => {
    // Others each hour; a failure names its seed.
    const seed = Math.floor(Date.now() / 3_600_000)
    process.stdout.write(`event store, crashes: seed ${seed}\n`)
    const { deaths, answered, seen } = await dieAgainAndAgain(20, seed)
    expect(deaths).to.deep.equal({
      'before-commit': 4,
      'in-commit': 4,
      'after-commit-before-publish': 4,
      'after-publish-before-answer': 4,
      never: 4,
    })
    expect(answered).to.be.greaterThan(100)
    expect(seen).to.be.greaterThan(100)
  }).timeout(120_000)
})
