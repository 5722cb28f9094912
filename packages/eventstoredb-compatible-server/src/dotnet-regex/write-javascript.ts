import { boundaryWord } from './categories.ts'
import { complementOf, type CodeUnits } from './code-units.ts'
import type { Groups } from './groups.ts'
import { notExpressible } from './invalid-pattern.ts'
import type { Pattern } from './parse.ts'
import type { Anchor, Node } from './syntax.ts'

/** The pattern as the source of a RegExp without flags, which works on code units as .NET does. */
export const writeJavaScript = ({ root, groups }: Pattern): string =>
  new JavaScriptWriter(groups, referencedIn(root)).write(root, false)

class JavaScriptWriter {
  readonly #groups: Groups
  readonly #referenced: ReadonlySet<string>
  readonly #numbers = new Map<string, number>()
  #captures = 0
  /** The groups that have captured for certain when a match has come this far. */
  #captured: ReadonlySet<string> = new Set()

  constructor(groups: Groups, referenced: ReadonlySet<string>) {
    this.#groups = groups
    this.#referenced = referenced
  }

  /** `backwards` within a look behind, where both engines go from right to left. */
  write(node: Node, backwards: boolean): string {
    switch (node.kind) {
      case 'set':
        return writeSet(node.units)
      case 'anchor':
        return `(?:${writeAnchor(node.at)})`
      case 'sequence':
        return node.parts.map((part) => this.write(part, backwards)).join('')
      case 'choice':
        return this.#choice(node.options, backwards)
      case 'repeat':
        return this.#repeat(node, backwards)
      case 'group':
        return this.#group(node, backwards)
      case 'atomic':
        return this.#atomic(node.node, backwards)
      case 'look':
        return this.#look(node)
      case 'condition':
        return this.#condition(node, backwards)
      case 'reference':
        return this.#reference(node, backwards)
    }
  }

  /** Only what every branch captures is captured for certain. */
  #choice(options: readonly Node[], backwards: boolean): string {
    const before = this.#captured
    const after: ReadonlySet<string>[] = []
    const written = options.map((option) => {
      this.#captured = before
      const source = this.write(option, backwards)
      after.push(this.#captured)
      return source
    })
    this.#captured = after.reduce((common, captured) => new Set([...common].filter((group) => captured.has(group))))
    return `(?:${written.join('|')})`
  }

  #repeat({ node, least, most, lazy }: Extract<Node, { kind: 'repeat' }>, backwards: boolean): string {
    const before = this.#captured
    const written = `(?:${this.write(node, backwards)})${quantifier(least, most)}${lazy ? '?' : ''}`
    if (least === 0) this.#captured = before
    return written
  }

  #group({ name, node }: Extract<Node, { kind: 'group' }>, backwards: boolean): string {
    if (name === undefined || !this.#referenced.has(name)) return `(?:${this.write(node, backwards)})`
    this.#captures += 1
    this.#numbers.set(name, this.#captures)
    const written = `(${this.write(node, backwards)})`
    this.#captured = new Set([...this.#captured, name])
    return written
  }

  /** JavaScript has no (?>…), but never goes back into a look-around: so what that finds is captured and then passed over as it is. */
  #atomic(node: Node, backwards: boolean): string {
    this.#captures += 1
    const number = this.#captures
    const written = this.write(node, backwards)
    return backwards ? `(?:\\${number}(?<=(${written})))` : `(?:(?=(${written}))\\${number})`
  }

  #look({ behind, negative, node }: Extract<Node, { kind: 'look' }>): string {
    const before = this.#captured
    const written = `(?:(?${behind ? '<' : ''}${negative ? '!' : '='}${this.write(node, behind)}))`
    if (negative) this.#captured = before
    return written
  }

  #condition({ test, then, otherwise }: Extract<Node, { kind: 'condition' }>, backwards: boolean): string {
    if (backwards) throw notExpressible('a condition within a look behind')
    const holds: Node = { kind: 'look', behind: false, negative: false, node: test }
    const branches: readonly Node[] = [
      { kind: 'sequence', parts: [holds, then] },
      { kind: 'sequence', parts: [{ ...holds, negative: true }, otherwise] },
    ]
    return this.#choice(branches, backwards)
  }

  /** In .NET what was never captured matches nothing at all, in JavaScript it matches the empty text: so only what is certain is taken. */
  #reference({ group, ignoreCase }: Extract<Node, { kind: 'reference' }>, backwards: boolean): string {
    const number = this.#numbers.get(group)
    if (ignoreCase) throw notExpressible('a reference that takes no notice of case')
    if (number === undefined || backwards || this.#groups.isShared(group) || !this.#captured.has(group)) {
      throw notExpressible(`a reference to ${group}, which may not have captured`)
    }
    return `(?:\\${number})`
  }
}

const referencedIn = (node: Node): ReadonlySet<string> => {
  switch (node.kind) {
    case 'set':
    case 'anchor':
      return new Set()
    case 'reference':
      return new Set([node.group])
    case 'sequence':
      return referencedInAny(node.parts)
    case 'choice':
      return referencedInAny(node.options)
    case 'condition':
      return referencedInAny([node.test, node.then, node.otherwise])
    case 'repeat':
    case 'group':
    case 'atomic':
    case 'look':
      return referencedIn(node.node)
  }
}

const referencedInAny = (nodes: readonly Node[]): ReadonlySet<string> =>
  new Set(nodes.flatMap((node) => [...referencedIn(node)]))

const quantifier = (least: number, most: number): string => `{${least},${most === Infinity ? '' : most}}`

const writeAnchor = (at: Anchor): string => {
  switch (at) {
    case 'start':
      return '^'
    case 'end':
      return '$'
    case 'end or before the last line feed':
      return '(?=\\n?$)'
    case 'line start':
      return '(?<![^\\n])'
    case 'line end':
      return '(?![^\\n])'
    case 'word edge':
      return `(?<=${word()})(?!${word()})|(?<!${word()})(?=${word()})`
    case 'no word edge':
      return `(?<=${word()})(?=${word()})|(?<!${word()})(?!${word()})`
  }
}

let wordSource: string | undefined

/** The same each time, and long. */
const word = (): string => (wordSource ??= writeSet(boundaryWord()))

/** The shorter of the set and of what it leaves out. */
const writeSet = (units: CodeUnits): string => {
  const [first] = units
  if (first !== undefined && units.length === 1 && first[0] === first[1]) return writeUnit(first[0])
  const ranges = writeRanges(units)
  const others = writeRanges(complementOf(units))
  return others.length < ranges.length ? `[^${others}]` : `[${ranges}]`
}

const writeRanges = (units: CodeUnits): string =>
  units.map(([first, last]) => (first === last ? writeUnit(first) : `${writeUnit(first)}-${writeUnit(last)}`)).join('')

const writeUnit = (unit: number): string => {
  const character = String.fromCharCode(unit)
  return /[A-Za-z0-9_ ]/.test(character) ? character : `\\u${unit.toString(16).padStart(4, '0')}`
}
