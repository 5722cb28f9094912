/**
 * The groups that capture, by number and by name. Those without a name count from 1 in the order of their brackets; those with a name
 * take the numbers that are left after that. Several may share a number or a name.
 */
export class Groups {
  readonly #found: string[] = []
  #unnamed = 0

  /** Returns what the group is called here: its number where it has no name. */
  addUnnamed(): string {
    this.#unnamed += 1
    return this.add(String(this.#unnamed))
  }

  add(name: string): string {
    this.#found.push(name)
    return name
  }

  /** What the group is called that a reference means by a number or a name; undefined where there is none. */
  find(reference: string): string | undefined {
    return this.#found.includes(reference) ? reference : this.#numbered().get(Number(reference))
  }

  /** Whether several groups capture under this. */
  isShared(name: string): boolean {
    return this.#found.indexOf(name) !== this.#found.lastIndexOf(name)
  }

  /** The named ones, by the numbers that they come to have. */
  #numbered(): ReadonlyMap<number, string> {
    const taken = new Set(this.#found.filter((name) => /^\d/.test(name)).map(Number))
    const numbered = new Map<number, string>()
    let next = this.#unnamed + 1
    for (const name of new Set(this.#found.filter((found) => !/^\d/.test(found)))) {
      while (taken.has(next)) next += 1
      numbered.set(next, name)
      next += 1
    }
    return numbered
  }
}
