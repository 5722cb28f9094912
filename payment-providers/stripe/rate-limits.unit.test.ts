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
      expect(retryAfterMs(header === undefined ? {} : { 'retry-after': header }, now)).to.equal(milliseconds)
    })

  it('that is a date is as far away as the answer says, whatever our clock shows', () => {
    const headers = { 'retry-after': 'Sun, 01 Mar 2026 11:00:30 GMT', date: 'Sun, 01 Mar 2026 11:00:00 GMT' }
    expect(retryAfterMs(headers, now)).to.equal(30_000)
    expect(retryAfterMs(undefined, now)).to.equal(undefined)
  })
})

describe('a pause that Stripe asks for', () => {
  it('is not made shorter by a later answer that asks for less, and is of its own lane', () => {
    let time = 0
    const quiet = createQuietTimes(() => time)
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
