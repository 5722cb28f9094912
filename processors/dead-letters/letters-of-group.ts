import { createJustParked, type JustParked } from './just-parked.ts'
import { comparePlaces, firstOf, isBefore, type EventPlace, type Letter } from './letter.ts'
import { createLettersByKey, type LettersByKey } from './letters-by-key.ts'

/** The unresolved dead letters of one group, in memory. */
export type LettersOfGroup = Pick<LettersByKey, 'ofKey' | 'first' | 'keysInTurn'> & {
  /** Seen in the parked stream. */
  add(letter: Letter): void
  /** An event stands in the parked stream, resolved or not: it is no longer one that was just parked. */
  seen(eventId: string): void
  remember(parked: JustParked): void
  /** What was parked before then and has not been seen since is in no parked stream. */
  forgetParkedBefore(time: Date): void
  remove(number: bigint): void
  /** The parked stream begins at this number now. */
  removeBefore(number: bigint): void
  /** Those of the key up to this number are being replayed by the store, which gives them again: they stand before nobody. */
  givenAgain(upTo: bigint, key: string): void
  /** The consumer has a new subscription: what was given again and still stands in the parked stream is a letter as before. */
  takeBackGivenAgain(): void
  /** Why it stands has become another one. */
  change(number: bigint, changes: Partial<Pick<Letter, 'code' | 'key' | 'eventId'>>): void
  /** The first of the key, other than of that event, that is earlier or of the same time. */
  before(key: string, place: EventPlace, eventId: string): Letter | JustParked | undefined
  /** Also what is given again at the moment. */
  find(number: bigint): Letter | undefined
  has(number: bigint): boolean
  /** Of the letter's key: whose turn it is instead of the letter's, and the numbers of those that come after it. */
  around(number: bigint): { readonly first: bigint | undefined; readonly behind: readonly bigint[] }
  all(): Iterable<Letter>
  /** Of all that is not known to be resolved, also of what is given again at the moment. */
  numbers(): readonly bigint[]
  oldest(): bigint | undefined
}

export const createLettersOfGroup = (): LettersOfGroup => {
  const letters = new Map<bigint, Letter>()
  const byKey = createLettersByKey()
  const replaying = new Map<bigint, Letter>()
  const justParked = createJustParked()
  /** No number is below it. It only goes up, but for a letter that is added below it, so that each number is passed once. */
  let lowest: bigint | undefined

  const put = (letter: Letter) => {
    letters.set(letter.number, letter)
    if (lowest === undefined || letter.number < lowest) lowest = letter.number
    byKey.put(letter)
  }

  const remove = (number: bigint) => {
    replaying.delete(number)
    const letter = letters.get(number)
    if (letter === undefined) return
    letters.delete(number)
    byKey.take(letter)
  }

  const numbers = (): readonly bigint[] => [...letters.keys(), ...replaying.keys()]

  const oldest = (): bigint | undefined => {
    if (lowest === undefined || letters.size + replaying.size === 0) return undefined
    while (!letters.has(lowest) && !replaying.has(lowest)) lowest += 1n
    return lowest
  }

  return {
    ofKey: byKey.ofKey.bind(byKey),
    first: byKey.first.bind(byKey),
    keysInTurn: byKey.keysInTurn.bind(byKey),
    add: put,
    seen: (eventId) => {
      justParked.forget(eventId)
    },
    remember: (parked) => {
      justParked.remember(parked)
    },
    forgetParkedBefore: (time) => {
      justParked.forgetParkedBefore(time)
    },
    remove,
    removeBefore(number) {
      for (let old = oldest(); old !== undefined && old < number; old = oldest()) remove(old)
    },
    givenAgain(upTo, key) {
      for (const letter of byKey.ofKey(key)) {
        if (letter.number > upTo) continue
        remove(letter.number)
        replaying.set(letter.number, letter)
      }
    },
    takeBackGivenAgain() {
      for (const letter of replaying.values()) put(letter)
      replaying.clear()
    },
    change(number, changes) {
      const replayed = replaying.get(number)
      if (replayed !== undefined) replaying.set(number, { ...replayed, ...changes })
      const letter = letters.get(number)
      if (letter === undefined) return
      byKey.take(letter)
      put({ ...letter, ...changes })
    },
    before(key, place, eventId) {
      const earlier = (of: EventPlace & { readonly eventId: string | undefined }) =>
        of.eventId !== eventId && comparePlaces(of, place) <= 0
      const first = byKey.first(key)
      if (first !== undefined && earlier(first)) return first
      const other = firstOf(byKey.ofKey(key).filter(earlier))
      if (other !== undefined) return other
      for (const parked of justParked.ofKey(key)) if (earlier(parked)) return parked
      return undefined
    },
    find: (number) => letters.get(number) ?? replaying.get(number),
    has: (number) => letters.has(number) || replaying.has(number),
    around(number) {
      const letter = letters.get(number)
      if (letter?.key === undefined) return { first: undefined, behind: [] }
      const first = byKey.first(letter.key)?.number
      const behind = byKey.ofKey(letter.key).filter((other) => other !== letter && isBefore(letter, other))
      return { first: first === number ? undefined : first, behind: behind.map((other) => other.number) }
    },
    all: () => letters.values(),
    numbers,
    oldest,
  }
}
