import { expect } from 'chai'
import { createDeathCount } from './death-count.ts'

describe('deaths of a process', () => {
  it('lead to a restart four times within a minute, and not the fifth time', () => {
    const deaths = createDeathCount()
    expect([0, 10_000, 20_000, 30_000, 40_000].map((at) => deaths.restartIsDue(at))).to.deep.equal([
      true,
      true,
      true,
      true,
      false,
    ])
  })

  it('are forgotten after a minute', () => {
    const deaths = createDeathCount()
    expect([0, 20_000, 40_000, 60_000, 80_000, 100_000].map((at) => deaths.restartIsDue(at))).to.deep.equal(
      Array(6).fill(true),
    )
  })
})
