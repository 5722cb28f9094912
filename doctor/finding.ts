/** `unknown`: it could not be looked at, for a reason that another finding names. */
export type State = 'fine' | 'wrong' | 'unknown'

export type Finding = {
  /** What was looked at, in a word or two. */
  readonly about: string
  readonly state: State
  /** What was seen. */
  readonly seen: string
  /** What to do about it; for what is wrong. */
  readonly todo?: string
}

export const fine = (about: string, seen: string): Finding => ({ about, state: 'fine', seen })
export const wrong = (about: string, seen: string, todo: string): Finding => ({ about, state: 'wrong', seen, todo })
export const unknown = (about: string, seen: string): Finding => ({ about, state: 'unknown', seen })
