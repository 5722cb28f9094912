import { expect } from 'chai'
import { keptFor } from './kept-for.ts'

describe('an answer that is kept for a while', () => {
  it('is asked for once by all who ask meanwhile, and anew after that', async () => {
    let [at, asked] = [0, 0]
    const answer = keptFor(
      1_000,
      () => at,
      () => Promise.resolve((asked += 1)),
    )
    expect(await Promise.all([answer(), answer()])).to.deep.equal([1, 1])
    at = 999
    expect(await answer()).to.equal(1)
    at = 1_000
    expect(await answer()).to.equal(2)
  })

  it('is none that has failed', async () => {
    let asked = 0
    const answer = keptFor(
      1_000,
      () => 0,
      () => {
        asked += 1
        return asked === 1 ? Promise.reject(new Error('away')) : Promise.resolve(asked)
      },
    )
    const failure = await answer().catch((error: unknown) => error)
    expect([(failure as Error).message, await answer()]).to.deep.equal(['away', 2])
  })
})
