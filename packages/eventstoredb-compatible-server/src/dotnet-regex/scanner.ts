import { InvalidPattern } from './invalid-pattern.ts'

const LARGEST_NUMBER = 2_147_483_647
const WORD_CHARACTER = /^[\p{L}\p{Mn}\p{Nd}\p{Pc}\u200c\u200d]$/u

/** Goes through a pattern from left to right. */
export class Scanner {
  readonly #source: string
  #at = 0

  constructor(source: string) {
    this.#source = source
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#source.length
  }

  /** The code unit so far ahead, as a string; empty beyond the end. */
  peek(ahead = 0): string {
    return this.#source.charAt(this.#at + ahead)
  }

  next(): string {
    if (this.isAtEnd) throw this.invalid('it ends too early')
    this.#at += 1
    return this.#source.charAt(this.#at - 1)
  }

  /** Passes over the text if it comes next. */
  take(text: string): boolean {
    if (!this.#source.startsWith(text, this.#at)) return false
    this.#at += text.length
    return true
  }

  /** Passes over what the expression (with the flag y) matches here, and returns it. */
  takeMatch(expression: RegExp): string | undefined {
    expression.lastIndex = this.#at
    const found = expression.exec(this.#source)?.[0]
    if (found !== undefined) this.#at += found.length
    return found
  }

  /** What the expression (with the flag y) matches here, empty where nothing; stays where it is. */
  lookAt(expression: RegExp): string {
    expression.lastIndex = this.#at
    return expression.exec(this.#source)?.[0] ?? ''
  }

  sees(expression: RegExp): boolean {
    return this.lookAt(expression) !== ''
  }

  takeWord(): string {
    const start = this.#at
    while (isWordCharacter(this.peek())) this.#at += 1
    return this.#source.slice(start, this.#at)
  }

  /** Passes over what counts for nothing: comments in brackets always, white space and # comments when they are to be ignored. */
  skipBlank(ignoreWhitespace: boolean): void {
    for (;;) {
      if (this.take('(?#')) {
        if (this.takeMatch(/[^)]*\)/y) === undefined) throw this.invalid('a comment does not end')
      } else if (!ignoreWhitespace || this.takeMatch(/[ \t\n\f\r]+|#[^\n]*/y) === undefined) return
    }
  }

  invalid(reason: string): InvalidPattern {
    return new InvalidPattern(`${reason}, at ${this.#at} of ${JSON.stringify(this.#source)}`)
  }

  /** A number as .NET takes it for repetitions and groups. */
  number(digits: string): number {
    const value = Number(digits)
    if (value > LARGEST_NUMBER) throw this.invalid(`${digits} is too large`)
    return value
  }
}

export const isWordCharacter = (character: string): boolean => WORD_CHARACTER.test(character)
