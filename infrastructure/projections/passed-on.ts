import { checkKey, foldSteps, type Changes, type PassedStep } from './fold.ts'
import type { AnyProjection } from './projection.ts'
import type { KnownRows } from './remembered-rows.ts'
import { isStorableText, storableText } from './storable.ts'

/** What is passed on to rows that are not set aside, and the keys of the rows that have to be known for it. */
export const planPassedOn = (
  passedOn: readonly PassedStep[],
  setAside: ReadonlySet<string>,
): { readonly steps: readonly PassedStep[]; readonly keys: readonly string[] } => {
  const steps = setAside.size === 0 ? passedOn : passedOn.filter(({ key }) => !setAside.has(storableText(key)))
  return { steps, keys: [...new Set(steps.map(({ key }) => key))].filter(isStorableText) }
}

/** The batch's changes with those of the rows that it is passed on to: `rows` as these are in the table now. */
export const foldPassedOn = (
  projection: AnyProjection<never>,
  changes: Changes,
  steps: readonly PassedStep[],
  rows: KnownRows,
): Changes => {
  const sums = foldSteps(
    steps,
    rows,
    ({ stored }) => stored,
    (before, { key, passed }) => {
      // Both folds would write it whole, and the second would undo what the first has done.
      if (changes.causes.has(key)) throw new Error(`the row ${key} takes events, and nothing that is passed on`)
      const next = passed.evolve(before)
      checkKey(projection, key, next)
      return next
    },
  )
  return {
    upserts: new Map([...changes.upserts, ...sums.upserts]),
    deletes: [...changes.deletes, ...sums.deletes],
    failures: [...changes.failures, ...sums.failures],
    causes: new Map([...changes.causes, ...sums.causes]),
    told: changes.told,
  }
}
