import { expect } from 'chai'
import { sinceOf } from './since.ts'

describe('how far back to compare', () => {
  const now = new Date('2026-03-31T12:00:00Z')
  for (const [text, expected] of [
    ['90s', '2026-03-31T11:58:30.000Z'],
    ['2h', '2026-03-31T10:00:00.000Z'],
    ['31d', '2026-02-28T12:00:00.000Z'],
    ['2026-03-01', '2026-03-01T00:00:00.000Z'],
    ['2026-03-01T08:00:00+01:00', '2026-03-01T07:00:00.000Z'],
  ] as const)
    it(`is ${text}`, () => {
      expect(sinceOf(text, now)?.toISOString()).to.equal(expected)
    })
  for (const text of ['', '2', '2w', 'yesterday', '2026-13-01', '2026-04-01', '-2h', '2026-03-01T08:00:00'])
    it(`is not ${text === '' ? 'nothing' : text}`, () => {
      expect(sinceOf(text, now)).to.equal(undefined)
    })
})
