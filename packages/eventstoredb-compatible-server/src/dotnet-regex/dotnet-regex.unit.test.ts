import { expect } from 'chai'
import { dotnetRegex } from './dotnet-regex.ts'
import { InvalidPattern } from './invalid-pattern.ts'
import { FILTERS_OF_NAMES } from './testing/seen-on-dotnet/filters-of-names.ts'
import { NOT_EXPRESSIBLE } from './testing/seen-on-dotnet/not-expressible.ts'
import { PATTERNS } from './testing/seen-on-dotnet/patterns.ts'
import { REFUSED } from './testing/seen-on-dotnet/refused.ts'

describe('regular expressions of .NET (3.6)', () => {
  for (const [pattern, matching, others] of [...FILTERS_OF_NAMES, ...PATTERNS]) {
    it(`${JSON.stringify(pattern)} finds what .NET finds`, () => {
      const regex = dotnetRegex(pattern)
      expect({
        matching: matching.filter((name) => regex.test(name)),
        others: others.filter((name) => !regex.test(name)),
      }).to.deep.equal({ matching, others })
    })
  }

  it('what .NET refuses is refused', () => {
    expect(REFUSED.filter((pattern) => !refusal(pattern))).to.deep.equal([])
  })

  it('what JavaScript has nothing like is refused, and says so', () => {
    expect(NOT_EXPRESSIBLE.filter((pattern) => refusal(pattern)?.includes('has no equal here') !== true)).to.deep.equal(
      [],
    )
  })

  it('a pattern that is too large for the engine, or too deep, is refused when it is read', () => {
    expect(refusal('[ab]?'.repeat(20_000))).to.include('too large')
    expect(refusal('\\b'.repeat(3_000))).to.include('too large')
    expect(refusal('('.repeat(20_000) + ')'.repeat(20_000))).to.include('too large')
    expect(refusal('a'.repeat(50_001))).to.include('too large')
  })
})

const refusal = (pattern: string): string | undefined => {
  try {
    dotnetRegex(pattern)
    return undefined
  } catch (error) {
    if (error instanceof InvalidPattern) return error.message
    throw error
  }
}
