import { InvalidPattern } from './invalid-pattern.ts'
import { parse } from './parse.ts'
import { writeJavaScript } from './write-javascript.ts'

/** In code units, of the pattern and of what it is turned into. Longer ones would hold up the whole server while they are read. */
const LONGEST_PATTERN = 50_000
const LONGEST_SOURCE = 4_000_000

/**
 * A regular expression of .NET's (`Regex.Match`, culture-invariant, without options) as one of JavaScript's that matches the same names.
 * Throws InvalidPattern for what .NET refuses, and for the little that JavaScript can't say: it is never misread. That is groups that
 * take back what another captured, conditions on what a group captured, and references to groups that may not have captured, that
 * stand in a look behind, or that take no notice of case.
 */
export const dotnetRegex = (source: string): RegExp => {
  if (source.length > LONGEST_PATTERN) throw new InvalidPattern('it is too large')
  try {
    const written = writeJavaScript(parse(source))
    if (written.length > LONGEST_SOURCE) throw new InvalidPattern('it is too large')
    const pattern = new RegExp(written)
    // JavaScript compiles it at its first use, and may find only then that it is too large.
    pattern.test('')
    return pattern
  } catch (error) {
    throw isTooLarge(error) ? new InvalidPattern('it is too large', { cause: error }) : error
  }
}

/** Too deep for the stack, or more than V8 compiles. */
const isTooLarge = (error: unknown): boolean =>
  error instanceof RangeError ||
  (error instanceof SyntaxError && error.message.endsWith('Regular expression too large'))
