import { withCaseVariants } from './case-variants.ts'
import { complementOf, NO_UNITS, unionOf, without, type CodeUnits, type Range } from './code-units.ts'
import { readCharacterEscape, takeSetEscape } from './read-escape.ts'
import type { Scanner } from './scanner.ts'

type Member = { readonly unit: number } | { readonly units: CodeUnits }

/** What stands between square brackets, the opening one passed over already: [a-z], [^\d_], and with less of it [a-z-[aeiou]]. */
export const readClass = (scanner: Scanner, ignoreCase: boolean): CodeUnits => {
  const isNegated = scanner.take('^')
  const ranges: Range[] = []
  const sets: CodeUnits[] = []
  let taken = NO_UNITS
  for (let isFirst = true; isFirst || !scanner.take(']'); isFirst = false) {
    if (scanner.isAtEnd) throw scanner.invalid('a class does not end')
    if (!isFirst && scanner.take('-[')) {
      taken = readTaken(scanner, ignoreCase)
      continue
    }
    if (scanner.take('\\-')) {
      ranges.push([HYPHEN, HYPHEN])
      continue
    }
    const member = readMember(scanner, ignoreCase)
    if ('units' in member) sets.push(member.units)
    else if (!startsRange(scanner)) ranges.push([member.unit, member.unit])
    else if (scanner.take('-[')) {
      ranges.push([member.unit, member.unit])
      taken = readTaken(scanner, ignoreCase)
    } else ranges.push([member.unit, readEndOfRange(scanner, member.unit, ignoreCase)])
  }
  const named = unionOf(...ranges.map((range): CodeUnits => [range]))
  const units = unionOf(ignoreCase ? withCaseVariants(named) : named, ...sets)
  return without(isNegated ? complementOf(units) : units, taken)
}

const HYPHEN = 0x2d

/** A hyphen between two characters; one before the closing bracket is a member itself. */
const startsRange = (scanner: Scanner): boolean =>
  scanner.peek() === '-' && scanner.peek(1) !== ']' && scanner.peek(1) !== ''

const readMember = (scanner: Scanner, ignoreCase: boolean): Member => {
  if (!scanner.take('\\')) return { unit: scanner.next().charCodeAt(0) }
  const units = takeSetEscape(scanner, ignoreCase)
  return units === undefined ? { unit: readCharacterEscape(scanner) } : { units }
}

const readEndOfRange = (scanner: Scanner, first: number, ignoreCase: boolean): number => {
  scanner.take('-')
  const last = scanner.take('\\-') ? HYPHEN : readMember(scanner, ignoreCase)
  if (typeof last !== 'number' && 'units' in last) throw scanner.invalid('a range can not end with a class')
  const unit = typeof last === 'number' ? last : last.unit
  if (unit < first) throw scanner.invalid('a range is the wrong way round')
  return unit
}

/** The class that is taken away; nothing may follow it. */
const readTaken = (scanner: Scanner, ignoreCase: boolean): CodeUnits => {
  const taken = readClass(scanner, ignoreCase)
  if (!scanner.isAtEnd && scanner.peek() !== ']') throw scanner.invalid('what is taken from a class comes last in it')
  return taken
}
