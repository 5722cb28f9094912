import { expect } from 'chai'
import { useFakeTimers } from 'sinon'
import { createPace, paceUntil } from './pace.ts'

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

  it('goes on when the clock on the wall is put back', async () => {
    const clock = useFakeTimers({ now: 3_600_000 })
    try {
      const pace = paceUntil(new AbortController().signal, 10)
      await pace()
      clock.setSystemTime(0)
      let gone = false
      const next = pace().then(() => {
        gone = true
      })
      await clock.tickAsync(100)
      expect(gone).to.equal(true)
      await next
    } finally {
      clock.restore()
    }
  })
})
