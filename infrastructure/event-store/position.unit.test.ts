import { expect } from 'chai'
import { comparePositions, isPlace, positionFromText, positionToText, type Position } from './position.ts'

const at = (commit: bigint, prepare = commit): Position => ({ commit, prepare })

describe('a position as text', () => {
  const places = [at(0n), at(1n, 0n), at(1n), at(10n), at(2n ** 53n + 1n), at(2n ** 63n - 1n, 0n), at(2n ** 63n - 1n)]

  it('is read back as it was, from the first place to the last', () => {
    expect(places.map((place) => positionFromText(positionToText(place)))).to.deep.equal(places)
  })

  it('sorts as the places do', () => {
    expect(places.toReversed().map(positionToText).sort()).to.deep.equal(
      places.toSorted(comparePositions).map(positionToText),
    )
  })

  for (const none of [at(-1n), at(0n, -1n), at(2n ** 63n), at(2n ** 64n - 1n), at(5n, 6n)]) {
    it(`is not written of ${none.commit}/${none.prepare}, which could not be read back or is nowhere`, () => {
      expect(isPlace(none)).to.equal(false)
      expect(() => positionToText(none)).to.throw(RangeError, `${none.commit}/${none.prepare} is no place`)
    })
  }

  for (const text of [
    '',
    '7',
    '7-7',
    '18446744073709551615-18446744073709551615',
    '9223372036854775808-9223372036854775808',
    '0000000000000000005-0000000000000000006',
    ' 000000000000000000-0000000000000000000',
    '-000000000000000001-0000000000000000000',
    '0000000000000000001-0000000000000000001\n',
    '٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠-٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠',
  ]) {
    it(`is not read from ${JSON.stringify(text)}`, () => {
      expect(positionFromText(text)).to.equal(undefined)
    })
  }
})
