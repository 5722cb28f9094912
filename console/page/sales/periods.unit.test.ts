import { expect } from 'chai'
import { periodIn, periodText, usualPeriods } from './periods.js'

const now = new Date('2026-03-01T00:30:00.000+01:00')

describe('the periods of the sales view', () => {
  it('are months and years of UTC, not of the reader', () => {
    expect(usualPeriods(now).map(({ name, from, to }) => [name, from, to])).to.deep.equal([
      ['This month', '2026-02-01', '2026-02-28'],
      ['Last month', '2026-01-01', '2026-01-31'],
      ['This year', '2026-01-01', '2026-02-28'],
      ['Last year', '2025-01-01', '2025-12-31'],
    ])
    expect(usualPeriods(new Date('2026-01-15')).slice(1, 2)).to.deep.equal([
      { name: 'Last month', from: '2025-12-01', to: '2025-12-31', groupBy: 'day' },
    ])
  })

  it('are what the address says, or this month', () => {
    const asked = (query: string) => periodIn(new URLSearchParams(query), now)
    expect(asked('')).to.deep.equal({ from: '2026-02-01', to: '2026-02-28', groupBy: 'day', bySku: false })
    expect(asked('from=2026-01-05&to=2026-01-07&groupBy=month&bySku=true')).to.deep.equal({
      from: '2026-01-05',
      to: '2026-01-07',
      groupBy: 'month',
      bySku: true,
    })
    expect(asked('from=yesterday&groupBy=hour').from).to.equal('2026-02-01')
  })

  it('are written as days and months of UTC', () => {
    expect(periodText('2026-03-01', 'en-GB')).to.equal('1 Mar 2026')
    expect(periodText('2026-03', 'en-GB')).to.equal('March 2026')
  })
})
