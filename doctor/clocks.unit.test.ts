import { expect } from 'chai'
import { aheadSeconds, checkClocks } from './clocks.ts'

describe('clocks', () => {
  it('differ by what the answer on its way does not explain', () => {
    expect(aheadSeconds(5_000, 4_000, 6_000)).to.equal(0)
    expect(aheadSeconds(9_000, 4_000, 6_000)).to.equal(3)
    expect(aheadSeconds(1_000, 4_000, 6_000)).to.equal(-3)
  })

  it('cannot be looked at where nobody answers', async () => {
    const away = { fault: 'ECONNREFUSED' }
    const findings = await checkClocks({
      environment: {},
      processes: [],
      eventStore: away,
      database: away,
      close: async () => undefined,
    })
    expect(findings.map(({ state }) => state)).to.deep.equal(['unknown', 'unknown'])
  })
})
