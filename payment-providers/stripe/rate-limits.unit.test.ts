import { expect } from 'chai'
import { createQuietTimes, RateLimited, retryAfterMs } from './rate-limits.ts'

const now = new Date('2026-03-01T12:00:00Z')

describe('a Retry-After of Stripe', () => {
  for (const [header, milliseconds] of [
    ['7', 7_000],
    ['0', 0],
    ['Sun, 01 Mar 2026 12:00:30 GMT', 30_000],
    ['Sun, 01 Mar 2026 11:00:00 GMT', 0],
    ['86400', 600_000],
    ['soon', undefined],
    [undefined, undefined],
  ] as const)
    it(`of ${String(header)}: ${String(milliseconds)} ms`, () => {
      expect(retryAfterMs(header, now)).to.equal(milliseconds)
    })
})

describe('a pause that Stripe asks for', () => {
  it('is not made shorter by a later answer that asks for less, and is of its own lane', () => {
    let time = 0
    const quiet = createQuietTimes(() => new Date(time))
    quiet.begin('change', new RateLimited('limited', 30_000))
    quiet.begin('change', new RateLimited('limited', 1_000))
    time = 29_999
    expect(() => {
      quiet.expectOver('change')
    }).to.throw(RateLimited)
    expect([quiet.isQuiet('change'), quiet.isQuiet('look_up')]).to.deep.equal([true, false])
    time = 30_000
    expect(quiet.isQuiet('change')).to.equal(false)
  })
})
