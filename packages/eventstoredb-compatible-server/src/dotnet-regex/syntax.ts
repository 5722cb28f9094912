import type { CodeUnits } from './code-units.ts'

/** A pattern, read. Options such as (?i) have gone into it: sets hold every case, anchors say what they mean. */
export type Node =
  | { readonly kind: 'set'; readonly units: CodeUnits }
  | { readonly kind: 'anchor'; readonly at: Anchor }
  | { readonly kind: 'sequence'; readonly parts: readonly Node[] }
  | { readonly kind: 'choice'; readonly options: readonly Node[] }
  | {
      readonly kind: 'repeat'
      readonly node: Node
      readonly least: number
      readonly most: number
      readonly lazy: boolean
    }
  /** Captures under a number, or a name; `name` undefined captures nothing. */
  | { readonly kind: 'group'; readonly name: string | undefined; readonly node: Node }
  | { readonly kind: 'atomic'; readonly node: Node }
  | { readonly kind: 'look'; readonly behind: boolean; readonly negative: boolean; readonly node: Node }
  | { readonly kind: 'condition'; readonly test: Node; readonly then: Node; readonly otherwise: Node }
  /** What a group captured before. */
  | { readonly kind: 'reference'; readonly group: string; readonly ignoreCase: boolean }

export type Anchor =
  | 'start'
  | 'end'
  | 'end or before the last line feed'
  | 'line start'
  | 'line end'
  | 'word edge'
  | 'no word edge'

/** The options that change how what follows is read. */
export type Options = {
  readonly ignoreCase: boolean
  readonly multiline: boolean
  readonly singleline: boolean
  readonly explicitCapture: boolean
  readonly ignoreWhitespace: boolean
  /** .NET takes no change of options right within a condition, only in a group of it. */
  readonly mayChange: boolean
}
