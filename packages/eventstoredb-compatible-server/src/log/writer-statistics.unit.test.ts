import { expect } from 'chai'
import { WriterStatistics } from './writer-statistics.ts'

describe('figures of the writer', () => {
  let now = 0
  let statistics: WriterStatistics
  beforeEach(() => {
    now = 1_000
    statistics = new WriterStatistics(() => now)
  })

  it('count what waits, what was done, and how long it took', () => {
    for (let write = 0; write < 3; write += 1) statistics.entered()
    statistics.began()
    now += 10
    statistics.ended(2, 500)
    now += 90
    expect(statistics.figures()).to.deep.equal({
      length: 1,
      peak: 3,
      lifetimePeak: 3,
      processed: 2,
      itemsPerSecond: 20,
      processingTime: 5,
      idlePercent: 90,
      state: { is: 'idle', since: 90 },
      flushes: { count: 1, lastSize: 500, lastDelay: 10, meanSize: 500, meanDelay: 10, maxSize: 500, maxDelay: 10 },
    })
  })

  it('begin an interval anew for whoever asks next, and keep what is for life', () => {
    statistics.entered()
    statistics.began()
    now += 4
    statistics.ended(1, 100)
    statistics.figures()
    statistics.entered()
    statistics.began()
    now += 50
    const { peak, lifetimePeak, processed, itemsPerSecond, idlePercent, state } = statistics.figures()
    expect({ peak, lifetimePeak, processed, itemsPerSecond, idlePercent, state }).to.deep.equal({
      peak: 1,
      lifetimePeak: 1,
      processed: 1,
      itemsPerSecond: 0,
      idlePercent: 0,
      state: { is: 'writing', since: 50 },
    })
  })

  it('leave writes without a flush out of the flushes', () => {
    statistics.entered()
    statistics.began()
    statistics.ended(1, 0)
    expect(statistics.figures().flushes.count).to.equal(0)
  })
})
