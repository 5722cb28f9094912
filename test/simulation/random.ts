/** Seeded: the same seed gives the same numbers, on every machine. */
export type Random = {
  /** At least 0, less than 1. */
  readonly next: () => number
  chance(probability: number): boolean
  /** A whole number, both ends included. */
  int(from: number, to: number): number
  pick<Item>(items: readonly Item[]): Item
  /** One of the names, by weight. */
  weighted<Name extends string>(weights: Readonly<Record<Name, number>>): Name
  shuffled<Item>(items: readonly Item[]): readonly Item[]
}

/** splitmix32: 32 bits of state, each step mixed; good enough to choose between roads, and nothing else is asked of it. */
export const createRandom = (seed: number): Random => {
  let state = seed >>> 0

  const next = (): number => {
    state = (state + 0x9e3779b9) >>> 0
    let mixed = state ^ (state >>> 16)
    mixed = Math.imul(mixed, 0x21f0aaad)
    mixed ^= mixed >>> 15
    mixed = Math.imul(mixed, 0x735a2d97)
    mixed ^= mixed >>> 15
    return (mixed >>> 0) / 4_294_967_296
  }
  const int = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1))
  const pick = <Item>(items: readonly Item[]): Item => {
    if (items.length === 0) throw new Error('nothing to pick from')
    // In range: the list is not empty.
    return items[int(0, items.length - 1)] as Item
  }

  return {
    next,
    chance: (probability) => next() < probability,
    int,
    pick,
    weighted<Name extends string>(weights: Readonly<Record<Name, number>>): Name {
      // Object.keys gives the record's own names.
      const names = Object.keys(weights) as Name[]
      let left = next() * names.reduce((sum, name) => sum + weights[name], 0)
      for (const name of names) {
        left -= weights[name]
        if (left < 0) return name
      }
      return pick(names)
    },
    shuffled(items) {
      const result = [...items]
      for (let index = result.length - 1; index > 0; index -= 1) {
        const other = int(0, index)
        // Both are within the list.
        const held = result[index] as (typeof result)[number]
        result[index] = result[other] as (typeof result)[number]
        result[other] = held
      }
      return result
    },
  }
}
