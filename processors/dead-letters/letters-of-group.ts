import { createJustParked, type JustParked } from './just-parked.ts'
import { comparePlaces, firstOf, isBefore, type EventPlace, type Letter } from './letter.ts'

/** The unresolved dead letters of one group, in memory. */
export type LettersOfGroup = {
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
  ofKey(key: string): readonly Letter[]
  /** Of the letter's key: whose turn it is instead of the letter's, and the numbers of those that come after it. */
  around(number: bigint): { readonly first: bigint | undefined; readonly behind: readonly bigint[] }
  keys(): Iterable<string>
  all(): Iterable<Letter>
  /** Of all that is not known to be resolved, also of what is given again at the moment. */
  numbers(): readonly bigint[]
  oldest(): bigint | undefined
}

export const createLettersOfGroup = (): LettersOfGroup => {
  const letters = new Map<bigint, Letter>()
  const byKey = new Map<string, Map<bigint, Letter>>()
  const replaying = new Map<bigint, Letter>()
  const justParked = createJustParked()

  const put = (letter: Letter) => {
    letters.set(letter.number, letter)
    if (letter.key === undefined) return
    const ofKey = byKey.get(letter.key)
    if (ofKey === undefined) byKey.set(letter.key, new Map([[letter.number, letter]]))
    else ofKey.set(letter.number, letter)
  }

  const takeFromKey = ({ key, number }: Letter) => {
    const ofKey = key === undefined ? undefined : byKey.get(key)
    ofKey?.delete(number)
    if (key !== undefined && ofKey?.size === 0) byKey.delete(key)
  }

  const remove = (number: bigint) => {
    replaying.delete(number)
    const letter = letters.get(number)
    if (letter === undefined) return
    letters.delete(number)
    takeFromKey(letter)
  }

  const numbers = (): readonly bigint[] => [...letters.keys(), ...replaying.keys()]

  const ofKey = (key: string): readonly Letter[] => [...(byKey.get(key)?.values() ?? [])]

  return {
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
      for (const old of numbers()) if (old < number) remove(old)
    },
    givenAgain(upTo, key) {
      for (const letter of ofKey(key)) {
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
      const letter = letters.get(number)
      if (letter === undefined) return
      takeFromKey(letter)
      put({ ...letter, ...changes })
    },
    before(key, place, eventId) {
      const earlier = (of: EventPlace & { readonly eventId: string | undefined }) =>
        of.eventId !== eventId && comparePlaces(of, place) <= 0
      const first = firstOf(ofKey(key).filter(earlier))
      if (first !== undefined) return first
      for (const parked of justParked.ofKey(key)) if (earlier(parked)) return parked
      return undefined
    },
    find: (number) => letters.get(number) ?? replaying.get(number),
    ofKey,
    around(number) {
      const letter = letters.get(number)
      if (letter?.key === undefined) return { first: undefined, behind: [] }
      const all = ofKey(letter.key)
      const first = firstOf(all)?.number
      const behind = all.filter((other) => other !== letter && isBefore(letter, other))
      return { first: first === number ? undefined : first, behind: behind.map((other) => other.number) }
    },
    keys: () => byKey.keys(),
    all: () => letters.values(),
    numbers,
    oldest: () =>
      numbers().reduce<bigint | undefined>((least, n) => (least === undefined || n < least ? n : least), undefined),
  }
}
