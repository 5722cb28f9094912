import { expect } from 'chai'
import { Meter } from './meter.ts'

describe('counting messages (6.8)', () => {
  it('tells how many it was since somebody last asked, the first time since the beginning', () => {
    const meter = new Meter()
    meter.start(10_000)
    meter.count(6)
    expect(meter.measure(12_000)).to.deep.equal({ count: 6, perSecond: 3 })
    meter.count(1)
    meter.count(1)
    expect(meter.measure(12_500)).to.deep.equal({ count: 2, perSecond: 4 })
    expect(meter.measure(13_500)).to.deep.equal({ count: 0, perSecond: 0 })
    expect(meter.total).to.equal(8)
  })

  it('knows no rate where no time has passed', () => {
    const meter = new Meter()
    meter.start(10_000)
    meter.count(6)
    expect(meter.measure(10_000)).to.deep.equal({ count: 6, perSecond: 0 })
  })
})
