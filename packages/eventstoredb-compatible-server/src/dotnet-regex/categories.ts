import { complementOf, unionOf, unitsWhere, type CodeUnits } from './code-units.ts'
import { namedBlock } from './named-blocks.ts'

const CATEGORIES = new Set(
  'L Lu Ll Lt Lm Lo M Mn Mc Me N Nd Nl No P Pc Pd Ps Pe Pi Pf Po S Sm Sc Sk So Z Zs Zl Zp C Cc Cf Cs Co Cn'.split(' '),
)
const cache = new Map<string, CodeUnits>()

/** A Unicode category such as `Lu`, as far as single code units have it; a half of a pair is in `Cs`. */
const category = (name: string): CodeUnits => {
  const known = cache.get(name)
  if (known !== undefined) return known
  const pattern = new RegExp(`^\\p{${name}}$`, 'u')
  const units = unitsWhere((unit) => pattern.test(String.fromCharCode(unit)))
  cache.set(name, units)
  return units
}

/** What `\p{name}` stands for; undefined where .NET knows nothing of that name. When case does not count, all cased letters are one. */
export const property = (name: string, ignoreCase: boolean): CodeUnits | undefined => {
  if (!CATEGORIES.has(name)) return namedBlock(name)
  if (ignoreCase && ['Lu', 'Ll', 'Lt'].includes(name)) return unionOf(category('Lu'), category('Ll'), category('Lt'))
  return category(name)
}

const word = (): CodeUnits => unionOf(category('L'), category('Mn'), category('Nd'), category('Pc'))
const space = (): CodeUnits =>
  unionOf(
    [
      [0x09, 0x0d],
      [0x85, 0x85],
    ],
    category('Z'),
  )

/** What `\b` looks for the edge of: also the characters that join others without being seen. */
export const boundaryWord = (): CodeUnits => unionOf(word(), [[0x200c, 0x200d]])

const shorthands: Readonly<Record<string, () => CodeUnits>> = { d: () => category('Nd'), w: word, s: space }

const shorthandCache = new Map<string, CodeUnits | undefined>()

/** What `\d`, `\w`, `\s` and their opposites stand for; undefined for any other letter. */
export const shorthand = (letter: string): CodeUnits | undefined => {
  if (!shorthandCache.has(letter)) {
    const units = shorthands[letter.toLowerCase()]?.()
    shorthandCache.set(letter, units === undefined || letter === letter.toLowerCase() ? units : complementOf(units))
  }
  return shorthandCache.get(letter)
}
