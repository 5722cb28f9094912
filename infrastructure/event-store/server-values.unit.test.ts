import { expect } from 'chai'
import { placeOf } from './server-values.ts'

const minusOne = 2n ** 64n - 1n
const lowest = 2n ** 63n
const highest = 2n ** 63n - 1n

describe('what the server says', () => {
  describe('as a position', () => {
    const cases: readonly (readonly [what: string, commit: bigint, prepare: bigint, isPlace: boolean])[] = [
      ['the first of all', 0n, 0n, true],
      ['above 2^53', 2n ** 53n + 1n, 2n ** 53n + 1n, true],
      ['the highest there can be', highest, highest, true],
      ['an earlier prepare position', 5n, 0n, true],
      ['nothing has been read, or it is not known', minusOne, minusOne, false],
      ['the same, as a signed number', -1n, -1n, false],
      ['the lowest signed number', lowest, lowest, false],
      ['half of it', 5n, minusOne, false],
      ['the other half of it', minusOne, 5n, false],
      ['more than 64 bits', 2n ** 64n, 0n, false],
      ['a prepare position behind its commit position', 5n, 6n, false],
    ]
    for (const [what, commit, prepare, isPlace] of cases) {
      it(`${what}: ${isPlace ? 'kept' : 'no place'}`, () => {
        expect(placeOf({ commit, prepare })).to.deep.equal(isPlace ? { commit, prepare } : undefined)
      })
    }
  })
})
