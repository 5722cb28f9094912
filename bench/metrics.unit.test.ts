import { expect } from 'chai'
import { metricsIn } from './metrics.ts'

const text = `# HELP reads_total Reads
# TYPE reads_total counter
reads_total{category="order",outcome="events",service="a"} 3
reads_total{category="$all",outcome="nothing",service="a"} 4
plain_total 5
small_bucket{le="+Inf"} 1e3
`

describe('metrics in text', () => {
  const metrics = metricsIn(text)
  it('are added up over the series with the labels', () => {
    expect(metrics('reads_total')).to.equal(7)
    expect(metrics('reads_total', { outcome: 'nothing' })).to.equal(4)
    expect(metrics('reads_total', { category: /^o/ })).to.equal(3)
    expect(metrics('plain_total')).to.equal(5)
    expect(metrics('small_bucket', { le: '+Inf' })).to.equal(1_000)
  })
  it('are nothing where there are none', () => {
    expect(metrics('reads_total', { outcome: 'failed' })).to.equal(0)
    expect(metrics('reads')).to.equal(0)
  })
})
