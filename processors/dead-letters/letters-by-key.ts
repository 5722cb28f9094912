import { firstOf, isBefore, waitsBehindCode, type Letter } from './letter.ts'

/** Letters that have a key, by it. */
export type LettersByKey = {
  put(letter: Letter): void
  take(letter: Letter): void
  ofKey(key: string): readonly Letter[]
  /** Whose turn it is. */
  first(key: string): Letter | undefined
  /** Keys whose first letter only waited behind one that is resolved by now. */
  keysInTurn(): Iterable<string>
}

/** `first` is undefined where it has to be looked for: thousands may wait in a key, and each delivery asks behind which. */
type OfKey = { readonly letters: Map<bigint, Letter>; first: Letter | undefined }

export const createLettersByKey = (): LettersByKey => {
  const keys = new Map<string, OfKey>()
  const inTurn = new Set<string>()
  /** Whose letters have changed since anybody asked whose turn it is. */
  const changed = new Set<string>()

  const first = (key: string): Letter | undefined => {
    const of = keys.get(key)
    if (of !== undefined) of.first ??= firstOf([...of.letters.values()])
    return of?.first
  }

  return {
    put(letter) {
      const { key, number } = letter
      if (key === undefined) return
      changed.add(key)
      const of = keys.get(key)
      if (of === undefined) {
        keys.set(key, { letters: new Map([[number, letter]]), first: letter })
        return
      }
      of.letters.set(number, letter)
      if (of.first !== undefined && isBefore(letter, of.first)) of.first = letter
    },
    take({ key, number }) {
      const of = key === undefined ? undefined : keys.get(key)
      if (key === undefined || of === undefined) return
      changed.add(key)
      of.letters.delete(number)
      if (of.first?.number === number) of.first = undefined
      if (of.letters.size === 0) keys.delete(key)
    },
    ofKey: (key) => [...(keys.get(key)?.letters.values() ?? [])],
    first,
    keysInTurn() {
      for (const key of changed)
        if (first(key)?.code === waitsBehindCode) inTurn.add(key)
        else inTurn.delete(key)
      changed.clear()
      return inTurn
    },
  }
}
