import { expect } from 'chai'
import { bytesText, durationText } from './durations.js'

describe('durations on the page', () => {
  it('are told in the largest units that say them', () => {
    const told = [-3, 0, 84, 999, 1_000, 2_449, 9_999, 59_999, 60_000, 185_000, 3_600_000, 5_400_000, 187_200_000]
    expect(told.map(durationText)).to.deep.equal([
      '0 ms',
      '0 ms',
      '84 ms',
      '999 ms',
      '1 s',
      '2.4 s',
      '9.9 s',
      '59 s',
      '1 min',
      '3 min 5 s',
      '1 h',
      '1 h 30 min',
      '2 d 4 h',
    ])
  })

  it('and sizes too', () => {
    expect([0, 1_023, 1_024, 1_536, 5 * 1_024 ** 3].map(bytesText)).to.deep.equal([
      '0 B',
      '1023 B',
      '1.0 KB',
      '1.5 KB',
      '5.0 GB',
    ])
  })
})
