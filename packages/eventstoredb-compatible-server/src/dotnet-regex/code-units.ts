/** First and last, both counted in. */
export type Range = readonly [first: number, last: number]

export const LAST_UNIT = 0xffff

/** A set of UTF-16 code units, which is what .NET's character classes are made of: in order, apart, and never touching. */
export type CodeUnits = readonly Range[]

export const NO_UNITS: CodeUnits = []

export const only = (unit: number): CodeUnits => [[unit, unit]]

export const unionOf = (...sets: readonly CodeUnits[]): CodeUnits => {
  const merged: [number, number][] = []
  for (const [first, last] of sets.flat().sort(([a], [b]) => a - b)) {
    const before = merged.at(-1)
    if (before !== undefined && first <= before[1] + 1) before[1] = Math.max(before[1], last)
    else merged.push([first, last])
  }
  return merged
}

export const complementOf = (units: CodeUnits): CodeUnits => {
  const gaps: Range[] = []
  let next = 0
  for (const [first, last] of units) {
    if (first > next) gaps.push([next, first - 1])
    next = last + 1
  }
  return next > LAST_UNIT ? gaps : [...gaps, [next, LAST_UNIT]]
}

export const without = (units: CodeUnits, taken: CodeUnits): CodeUnits =>
  complementOf(unionOf(complementOf(units), taken))

export const unitsWhere = (test: (unit: number) => boolean): CodeUnits => {
  const found: Range[] = []
  let first: number | undefined
  for (let unit = 0; unit <= LAST_UNIT + 1; unit += 1) {
    const passes = unit <= LAST_UNIT && test(unit)
    if (passes) first ??= unit
    else if (first !== undefined) {
      found.push([first, unit - 1])
      first = undefined
    }
  }
  return found
}
