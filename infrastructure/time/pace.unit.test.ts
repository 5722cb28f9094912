import { expect } from 'chai'
import { createPace } from './pace.ts'

describe('the pace of calls', () => {
  it('is so many a second, the first at once', async () => {
    let time = 1_000
    const begun: number[] = []
    const pace = createPace(4, {
      now: () => time,
      sleep: async (milliseconds) => {
        time += milliseconds
      },
    })
    for (let call = 0; call < 4; call += 1) {
      await pace()
      begun.push(time)
    }
    time += 10_000
    await pace()
    expect(begun).to.deep.equal([1_000, 1_250, 1_500, 1_750])
    expect(time, 'what was not used is not saved').to.equal(11_750)
  })
})
