import { LAST_UNIT, only, unionOf, type CodeUnits } from './code-units.ts'

/** The set with every unit that .NET takes for the same letter when case does not count: those with the same single lower-case unit. */
export const withCaseVariants = (units: CodeUnits): CodeUnits => {
  const holds = (unit: number): boolean => units.some(([first, last]) => first <= unit && unit <= last)
  return unionOf(
    units,
    ...[...variantsByLowerCase().values()].filter((same) => same.some(holds)).flatMap((same) => same.map(only)),
  )
}

const lowerCase = (unit: number): number => {
  const lower = String.fromCharCode(unit).toLowerCase()
  return lower.length === 1 ? lower.charCodeAt(0) : unit
}

let found: ReadonlyMap<number, readonly number[]> | undefined

/** Only of letters that have variants. */
const variantsByLowerCase = (): ReadonlyMap<number, readonly number[]> => {
  if (found !== undefined) return found
  const variants = new Map<number, number[]>()
  for (let unit = 0; unit <= LAST_UNIT; unit += 1) {
    const lower = lowerCase(unit)
    if (lower !== unit) variants.set(lower, [...(variants.get(lower) ?? [lower]), unit])
  }
  found = variants
  return found
}
