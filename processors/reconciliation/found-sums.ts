import { z } from 'zod'
import { sumOf } from '../../domain/shared/money.ts'
import { driftOf } from './difference.ts'
import type { Found } from './healing.ts'

/** What became of a difference that was found. */
export const foundStates = ['healed', 'left'] as const

const foundSum = z.object({
  kind: z.string(),
  state: z.enum(foundStates),
  count: z.int().nonnegative(),
  /** Minor units, by currency. */
  amounts: z.record(z.string(), z.int().nonnegative()),
})

/** Of one kind of difference, how many a sweep has found, and how much money that is. */
export type FoundSum = Readonly<z.output<typeof foundSum>>

/** As they are kept. Undefined: a sweep of a release that did not keep them, or another thing. */
export const foundSumsIn = (kept: unknown): readonly FoundSum[] | undefined => z.array(foundSum).safeParse(kept).data

export const foundSumsOf = (found: readonly Found[]): readonly FoundSum[] => {
  const byKind = Map.groupBy(found, ({ kind, state }) => `${kind} ${state}`)
  return [...byKind.values()].flatMap((those) => {
    const [first] = those
    // Nothing was tried, and nobody is asked to: somebody has only looked.
    if (first === undefined || first.state === 'healable') return []
    const { kind, state } = first
    const amounts = Map.groupBy(
      those.map(driftOf).filter((money) => money !== undefined),
      ({ currency }) => currency,
    )
    return [
      {
        kind,
        state,
        count: those.length,
        amounts: Object.fromEntries(
          [...amounts].map(([currency, all]) => [currency, sumOf(all.map(({ amount }) => amount))]),
        ),
      },
    ]
  })
}
