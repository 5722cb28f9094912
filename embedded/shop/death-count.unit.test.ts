import { expect } from 'chai'
import { createDeathCount } from './death-count.ts'

describe('deaths of a process', () => {
  it('lead to a restart seven times within a minute, and not the eighth time', () => {
    const deaths = createDeathCount()
    expect(Array.from({ length: 8 }, (_, n) => deaths.restartIsDue(n * 5_000))).to.deep.equal([
      ...Array<boolean>(7).fill(true),
      false,
    ])
  })

  it('are forgotten after a minute', () => {
    const deaths = createDeathCount()
    expect(Array.from({ length: 12 }, (_, n) => deaths.restartIsDue(n * 10_000))).to.deep.equal(Array(12).fill(true))
  })
})
