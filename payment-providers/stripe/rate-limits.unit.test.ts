import { expect } from 'chai'
import { retryAfterMs } from './rate-limits.ts'

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
