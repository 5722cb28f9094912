const WINDOW = 1_000
const UNITS_PER_MILLISECOND = 100

export type Measurement = { readonly key: string; readonly value: number }

const PERCENTILES: readonly (readonly [string, number])[] = [
  ['Quintile 1', 20],
  ['Quintile 2', 40],
  ['Quintile 3', 60],
  ['Quintile 4', 80],
  ['Quintile 5', 100],
  ['90%', 90],
  ['95%', 95],
  ['99%', 99],
  ['99.5%', 99.5],
  ['99.9%', 99.9],
  ['Highest', 100],
]

/** How long the last thousand messages took from being sent to being acknowledged, in whole hundredths of a millisecond. */
export class ObservedMeasurements {
  readonly #values: number[] = []
  #next = 0

  add(milliseconds: number): void {
    this.#values[this.#next] = Math.round(milliseconds * UNITS_PER_MILLISECOND)
    this.#next = (this.#next + 1) % WINDOW
  }

  list(): readonly Measurement[] {
    const sorted = this.#values.toSorted((one, other) => one - other)
    const at = (percent: number): number => sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? 0
    const sum = sorted.reduce((total, value) => total + value, 0)
    return [
      { key: 'Mean', value: sorted.length === 0 ? 0 : Math.round(sum / sorted.length) },
      { key: 'Median', value: at(50) },
      { key: 'Fastest', value: at(0) },
      ...PERCENTILES.map(([key, percent]) => ({ key, value: at(percent) })),
    ]
  }
}
