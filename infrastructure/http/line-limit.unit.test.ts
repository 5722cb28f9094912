import { expect } from 'chai'
import { createLineLimit } from './line-limit.ts'

describe('lines about callers who are not signed in', () => {
  const limited = () => {
    const clock = { time: 5_000 }
    const limit = createLineLimit(() => clock.time)
    /** How many of so many may be written. */
    const write = (count: number, addressOf: (n: number) => string) =>
      Array.from({ length: count }, (_, n) => limit.mayWrite(addressOf(n))).filter((may) => may).length
    return { clock, limit, write }
  }

  it('are twenty an address in ten seconds, and two hundred in all', () => {
    const { clock, write } = limited()
    expect(write(1_000, () => '192.0.2.1')).to.equal(20)
    expect(write(1_000, (n) => `198.51.100.${n}`)).to.equal(180)
    clock.time += 9_999
    expect(write(1, () => '192.0.2.2')).to.equal(0)
    clock.time += 1
    expect(write(30, () => '192.0.2.1')).to.equal(20)
  })

  it('that were left out are counted, and told once', () => {
    const { clock, limit, write } = limited()
    write(50, () => '192.0.2.1')
    expect(limit.leftOut()).to.equal(0)
    clock.time += 10_000
    expect([limit.leftOut(), limit.leftOut()]).to.deep.equal([30, 0])
  })
})
