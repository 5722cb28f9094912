/** How long each test file took, its hooks included. */
export class FileDurations {
  readonly #started = new Map<string, number>()
  readonly #took = new Map<string, number>()

  begun(file: string, now: number): void {
    this.#started.set(file, now)
  }

  ended(file: string, now: number): void {
    const started = this.#started.get(file)
    if (started !== undefined) this.#took.set(file, (this.#took.get(file) ?? 0) + now - started)
  }

  /** The `count` slowest files of those that took at least `least` milliseconds, the slowest first, one line each: `  12.3 s  a.int.test.ts`. */
  slowest(count: number, least: number): readonly string[] {
    return [...this.#took]
      .filter(([, took]) => took >= least)
      .sort(([, a], [, b]) => b - a)
      .slice(0, count)
      .map(([file, took]) => `${(took / 1000).toFixed(1).padStart(6)} s  ${file}`)
  }
}
