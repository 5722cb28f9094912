import { expect } from 'chai'
import { FileDurations } from './file-durations.ts'

describe('durations of test files', () => {
  it('adds up the describes of a file, and names the slowest first', () => {
    const durations = new FileDurations()
    durations.begun('a.int.test.ts', 0)
    durations.ended('a.int.test.ts', 1_500)
    durations.begun('b.int.test.ts', 1_500)
    durations.ended('b.int.test.ts', 3_500)
    durations.begun('a.int.test.ts', 4_000)
    durations.ended('a.int.test.ts', 5_000)
    durations.begun('quick.int.test.ts', 5_000)
    durations.ended('quick.int.test.ts', 5_010)

    expect(durations.slowest(10, 1_000)).to.deep.equal(['   2.5 s  a.int.test.ts', '   2.0 s  b.int.test.ts'])
    expect(durations.slowest(1, 0)).to.deep.equal(['   2.5 s  a.int.test.ts'])
  })
})
