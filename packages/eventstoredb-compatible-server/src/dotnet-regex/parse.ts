import { withCaseVariants } from './case-variants.ts'
import { complementOf, only, type CodeUnits } from './code-units.ts'
import { Groups } from './groups.ts'
import { notExpressible } from './invalid-pattern.ts'
import { readClass } from './read-class.ts'
import { readCharacterEscape, takeSetEscape } from './read-escape.ts'
import { Scanner } from './scanner.ts'
import type { Anchor, Node, Options } from './syntax.ts'

const NO_OPTIONS: Options = {
  ignoreCase: false,
  multiline: false,
  singleline: false,
  explicitCapture: false,
  ignoreWhitespace: false,
  mayChange: true,
}

const LINE_FEED: CodeUnits = only(0x0a)
const QUANTIFIER = /[*+?]|\{\d+(?:,\d*)?\}/y
const EMPTY: Node = { kind: 'sequence', parts: [] }

export type Pattern = { readonly root: Node; readonly groups: Groups }

/** Reads a regular expression of .NET's. Throws InvalidPattern where .NET refuses it, or where it can't be said in JavaScript. */
export const parse = (source: string): Pattern => {
  // Whether \12 is a group or a character in octal depends on the groups that come later: so they are counted first.
  const counted = new Groups()
  new Parser(source, counted, undefined).parse()
  const groups = new Groups()
  return { root: new Parser(source, groups, counted).parse(), groups }
}

class Parser {
  readonly #scanner: Scanner
  readonly #groups: Groups
  readonly #known: Groups | undefined

  /** Without `known` groups every reference is taken to be good. */
  constructor(source: string, groups: Groups, known: Groups | undefined) {
    this.#scanner = new Scanner(source)
    this.#groups = groups
    this.#known = known
  }

  parse(): Node {
    const branches = this.#branches(NO_OPTIONS)
    if (!this.#scanner.isAtEnd) throw this.#scanner.invalid('a bracket closes that was never opened')
    return choiceOf(branches)
  }

  /** Up to the closing bracket, or the end. Options within the brackets hold to their end, beyond a `|` too. */
  #branches(outer: Options): readonly Node[] {
    const scanner = this.#scanner
    const branches: Node[] = []
    let parts: Node[] = []
    let options = outer
    for (;;) {
      scanner.skipBlank(options.ignoreWhitespace)
      if (scanner.isAtEnd || scanner.peek() === ')') break
      if (scanner.take('|')) {
        branches.push(sequenceOf(parts))
        parts = []
        continue
      }
      if (scanner.sees(QUANTIFIER)) throw scanner.invalid('there is nothing to repeat')
      const changed = this.#takeOptions(options)
      if (changed !== undefined) options = changed
      else parts.push(this.#repeated(this.#atom(options), options))
    }
    return [...branches, sequenceOf(parts)]
  }

  /** `(?i-s)`: for the rest of the group. */
  #takeOptions(options: Options): Options | undefined {
    const text = this.#scanner.takeMatch(/\(\?[imnsxIMNSX+-]*\)/y)
    return text === undefined ? undefined : this.#withOptions(options, text.slice(2, -1))
  }

  #withOptions(options: Options, letters: string): Options {
    if (!options.mayChange) throw this.#scanner.invalid('options can not change right in a condition')
    let on = true
    const changed: Record<string, boolean> = {}
    for (const letter of letters.toLowerCase()) {
      if (letter === '+' || letter === '-') on = letter === '+'
      else changed[OPTIONS[letter] ?? letter] = on
    }
    return { ...options, ...changed }
  }

  #repeated(node: Node, options: Options): Node {
    const scanner = this.#scanner
    scanner.skipBlank(options.ignoreWhitespace)
    const quantifier = scanner.takeMatch(QUANTIFIER)
    if (quantifier === undefined) return node
    const [least, most] = this.#bounds(quantifier)
    if (least > most) throw scanner.invalid('the least is more than the most')
    scanner.skipBlank(options.ignoreWhitespace)
    const lazy = scanner.take('?')
    scanner.skipBlank(options.ignoreWhitespace)
    if (scanner.sees(QUANTIFIER)) throw scanner.invalid('a repetition is repeated')
    return { kind: 'repeat', node, least, most, lazy }
  }

  #bounds(quantifier: string): readonly [least: number, most: number] {
    if (quantifier === '*') return [0, Infinity]
    if (quantifier === '+') return [1, Infinity]
    if (quantifier === '?') return [0, 1]
    const [least = '', most] = quantifier.slice(1, -1).split(',')
    const first = this.#scanner.number(least)
    return [first, most === undefined ? first : most === '' ? Infinity : this.#scanner.number(most)]
  }

  #atom(options: Options): Node {
    const character = this.#scanner.next()
    switch (character) {
      case '(':
        return this.#group(options)
      case '[':
        return { kind: 'set', units: readClass(this.#scanner, options.ignoreCase) }
      case '\\':
        return this.#escape(options)
      case '^':
        return anchor(options.multiline ? 'line start' : 'start')
      case '$':
        return anchor(options.multiline ? 'line end' : 'end or before the last line feed')
      case '.':
        return { kind: 'set', units: complementOf(options.singleline ? [] : LINE_FEED) }
      default:
        return literal(character.charCodeAt(0), options)
    }
  }

  #group(options: Options): Node {
    const scanner = this.#scanner
    if (!scanner.take('?')) {
      return {
        kind: 'group',
        name: options.explicitCapture ? undefined : this.#groups.addUnnamed(),
        node: this.#closed(options),
      }
    }
    if (scanner.take(':')) return { kind: 'group', name: undefined, node: this.#closed(options) }
    if (scanner.take('>')) return { kind: 'atomic', node: this.#closed(options) }
    if (scanner.take('(')) return this.#condition(options)
    const look = scanner.takeMatch(/<?[=!]/y)
    if (look !== undefined)
      return { kind: 'look', behind: look.length === 2, negative: look.endsWith('!'), node: this.#closed(options) }
    const changed = scanner.takeMatch(/[imnsxIMNSX+-]+:/y)
    if (changed !== undefined)
      return { kind: 'group', name: undefined, node: this.#closed(this.#withOptions(options, changed.slice(0, -1))) }
    return this.#namedGroup(options)
  }

  #namedGroup(options: Options): Node {
    const scanner = this.#scanner
    const close = scanner.take('<') ? '>' : scanner.take("'") ? "'" : undefined
    if (close === undefined) throw scanner.invalid('a group is of no kind')
    const name = scanner.takeWord()
    if (scanner.peek() === '-') throw notExpressible('a group that takes back what another captured')
    const isNumber = /^\d/.test(name)
    if (name === '' || (isNumber && !/^[1-9]\d*$/.test(name)) || !scanner.take(close))
      throw scanner.invalid('a group has no good name')
    if (isNumber) scanner.number(name)
    return { kind: 'group', name: this.#groups.add(name), node: this.#closed(options) }
  }

  #closed(options: Options): Node {
    const node = choiceOf(this.#branches({ ...options, mayChange: true }))
    this.#close()
    return node
  }

  #close(): void {
    if (!this.#scanner.take(')')) throw this.#scanner.invalid('a bracket does not close')
  }

  /** `(?(test)then|otherwise)`, where the test may be what comes next, or a group that must have captured. */
  #condition(options: Options): Node {
    const scanner = this.#scanner
    if (scanner.sees(/\d/y)) throw notExpressible('a condition on what a group captured')
    if (scanner.sees(/\?(?![=!:>]|<[=!])/y)) throw scanner.invalid('a condition is of no kind')
    const name = scanner.lookAt(/[\p{L}\p{Mn}\p{Nd}\p{Pc}]+(?=\))/uy)
    if (this.#known?.find(name) !== undefined) throw notExpressible('a condition on what a group captured')
    const test = scanner.peek() === '?' ? this.#group(options) : this.#closed(options)
    const branches = this.#branches({ ...options, mayChange: false })
    this.#close()
    const [then = EMPTY, otherwise = EMPTY] = branches
    if (branches.length > 2) throw scanner.invalid('a condition has more than two branches')
    return { kind: 'condition', test, then, otherwise }
  }

  #escape(options: Options): Node {
    const scanner = this.#scanner
    const letter = scanner.takeMatch(/[AbBGzZ]/y)
    const at = letter === undefined ? undefined : ANCHORS[letter]
    if (at !== undefined) return anchor(at)
    const units = takeSetEscape(scanner, options.ignoreCase)
    return units === undefined
      ? (this.#takeReference(options) ?? literal(readCharacterEscape(scanner), options))
      : { kind: 'set', units }
  }

  /** \1, \k<name>, \k'name', and the older \<name> and \'name'. */
  #takeReference(options: Options): Node | undefined {
    const scanner = this.#scanner
    const name = scanner
      .takeMatch(/k?(?:<[\p{L}\p{Mn}\p{Nd}\p{Pc}]+>|'[\p{L}\p{Mn}\p{Nd}\p{Pc}]+')/uy)
      ?.replace(/^k?.|.$/gu, '')
    if (name !== undefined) return this.#reference(name, options)
    if (scanner.peek() === 'k') throw scanner.invalid('\\k names no group')
    const digits = scanner.lookAt(/[1-9]\d*/y)
    if (digits === '') return undefined
    const isGroup = this.#known === undefined || this.#known.find(digits) !== undefined
    // .NET takes one digit for a group even where there is none, and refuses it then.
    if (!isGroup && digits.length > 1) return undefined
    scanner.take(digits)
    return this.#reference(digits, options)
  }

  #reference(name: string, { ignoreCase }: Options): Node {
    const group = this.#known === undefined ? name : this.#known.find(name)
    if (group === undefined) throw this.#scanner.invalid(`there is no group ${name}`)
    return { kind: 'reference', group, ignoreCase }
  }
}

const ANCHORS: Readonly<Record<string, Anchor>> = {
  A: 'start',
  G: 'start',
  z: 'end',
  Z: 'end or before the last line feed',
  b: 'word edge',
  B: 'no word edge',
}

const anchor = (at: Anchor): Node => ({ kind: 'anchor', at })

const literal = (unit: number, { ignoreCase }: Options): Node => ({
  kind: 'set',
  units: ignoreCase ? withCaseVariants(only(unit)) : only(unit),
})

const sequenceOf = (parts: readonly Node[]): Node =>
  parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: 'sequence', parts }

const choiceOf = (options: readonly Node[]): Node =>
  options.length === 1 && options[0] !== undefined ? options[0] : { kind: 'choice', options }

const OPTIONS: Readonly<Record<string, keyof Options>> = {
  i: 'ignoreCase',
  m: 'multiline',
  n: 'explicitCapture',
  s: 'singleline',
  x: 'ignoreWhitespace',
}
