import { expect } from 'chai'
import { warmUp } from './warm-up.ts'

const given = (...values: readonly (number | undefined)[]) => {
  let taken = 0
  return { window: async () => values[taken++] ?? values.at(-1), taken: () => taken }
}

describe('the warm-up', () => {
  it('ends after two windows that were no better than the best before', async () => {
    const { window, taken } = given(100, 60, 50, 49, 51, 20)
    expect(await warmUp(window)).to.deep.equal({ windows: [100, 60, 50, 49, 51], flat: true })
    expect(taken()).to.equal(5)
  })

  it('begins to count anew after a better one', async () => {
    expect((await warmUp(given(100, 99, 60, 60, 60).window)).windows).to.deep.equal([100, 99, 60, 60, 60])
  })

  it('says so when it has not become flat', async () => {
    let value = 1_000
    expect(await warmUp(async () => (value *= 0.9)))
      .to.include({ flat: false })
      .with.property('windows')
      .with.length(12)
  })

  it('runs all windows where nobody knows what they took', async () => {
    let windows = 0
    expect(
      await warmUp(async () => {
        windows += 1
        return undefined
      }),
    ).to.deep.equal({ windows: [], flat: false })
    expect(windows).to.equal(12)
  })
})
