import { property, shorthand } from './categories.ts'
import { complementOf, type CodeUnits } from './code-units.ts'
import { isWordCharacter, type Scanner } from './scanner.ts'

const CONTROLS: Readonly<Record<string, number>> = {
  a: 0x07,
  b: 0x08,
  e: 0x1b,
  f: 0x0c,
  n: 0x0a,
  r: 0x0d,
  t: 0x09,
  v: 0x0b,
}

/** What stands behind a backslash and means one code unit; the same within and without a class. */
export const readCharacterEscape = (scanner: Scanner): number => {
  const octal = scanner.takeMatch(/[0-7]{1,3}/y)
  if (octal !== undefined) return Number.parseInt(octal, 8) & 0xff
  const character = scanner.next()
  if (character === 'x') return hexadecimal(scanner, /[0-9a-fA-F]{2}/y)
  if (character === 'u') return hexadecimal(scanner, /[0-9a-fA-F]{4}/y)
  if (character === 'c') return control(scanner)
  const known = CONTROLS[character]
  if (known !== undefined) return known
  if (isWordCharacter(character)) throw scanner.invalid(`\\${character} is no escape`)
  return character.charCodeAt(0)
}

/** A class with a name, such as \d or \p{Lu}; undefined, and nothing passed over, where something else comes. */
export const takeSetEscape = (scanner: Scanner, ignoreCase: boolean): CodeUnits | undefined => {
  const letter = scanner.takeMatch(/[dDsSwWpP]/y)
  if (letter === undefined) return undefined
  const units = shorthand(letter)
  if (units !== undefined) return units
  const name = scanner.takeMatch(/\{[-\p{L}\p{Mn}\p{Nd}\p{Pc}]+\}/uy)?.slice(1, -1)
  if (name === undefined) throw scanner.invalid(`\\${letter} names no category`)
  const found = property(name, ignoreCase)
  if (found === undefined) throw scanner.invalid(`there is no category or block ${name}`)
  return letter === 'P' ? complementOf(found) : found
}

const hexadecimal = (scanner: Scanner, digits: RegExp): number => {
  const found = scanner.takeMatch(digits)
  if (found === undefined) throw scanner.invalid('hexadecimal digits are missing')
  return Number.parseInt(found, 16)
}

const control = (scanner: Scanner): number => {
  const character = scanner.takeMatch(/[@-_a-z]/y)
  if (character === undefined) throw scanner.invalid('\\c names no control character')
  return character.toUpperCase().charCodeAt(0) - 0x40
}
