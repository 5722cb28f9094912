import { median } from 'eventstoredb-compatible-server/source/bench/statistics'
import type { Mode, Result } from './results.ts'

const sumOf = (parts: Readonly<Record<string, number>>): number =>
  Object.values(parts).reduce((sum, one) => sum + one, 0)

/** A system that has died while it was measured leaves less CPU time than before, and no memory. */
const ifAny = (value: number | null): number | null => (value === null || value <= 0 ? null : value)

export type Figure = {
  readonly title: string
  readonly mode: Mode
  /** Null: that round does not say. */
  readonly of: (result: Result) => number | null
}

/** What is compared; the first of them is to be high, the others low. */
export const figures: readonly Figure[] = [
  { title: 'life cycles a second', mode: 'burst', of: ({ lifecyclesPerSecond }) => lifecyclesPerSecond },
  { title: 'accepted orders a second', mode: 'burst', of: ({ acceptedPerSecond }) => acceptedPerSecond },
  { title: 'CPU ms an order', mode: 'burst', of: ({ cpuMsPerOrder }) => ifAny(cpuMsPerOrder) },
  {
    title: 'memory (PSS), MiB',
    mode: 'burst',
    of: ({ memoryMiB }) => (memoryMiB === null ? null : ifAny(sumOf(memoryMiB))),
  },
  {
    title: 'wrong, unfinished, errors',
    mode: 'burst',
    of: ({ wrongOutcome, unfinished, errors }) => wrongOutcome + unfinished + sumOf(errors),
  },
  { title: 'at the low rate: POST to final visible, p50 ms', mode: 'low', of: ({ lifecycleMs }) => lifecycleMs.p50 },
  { title: 'at the low rate: POST to final visible, p99 ms', mode: 'low', of: ({ lifecycleMs }) => lifecycleMs.p99 },
  { title: 'at the low rate: CPU ms an order', mode: 'low', of: ({ cpuMsPerOrder }) => ifAny(cpuMsPerOrder) },
  {
    title: 'at the low rate: wrong, unfinished, errors',
    mode: 'low',
    of: ({ wrongOutcome, unfinished, errors }) => wrongOutcome + unfinished + sumOf(errors),
  },
]

/** Of one system, a value a round; undefined for rounds that it has no result of. */
export type Rounds = readonly (Result | undefined)[]

const round = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2))

const spreadOf = (values: readonly number[]): string =>
  values.length === 0 ? '–' : `${round(median(values))} (${round(Math.min(...values))}–${round(Math.max(...values))})`

const valuesOf = (figure: Figure, rounds: Rounds): readonly (number | null)[] =>
  rounds.map((result) => (result === undefined ? null : figure.of(result)))

/** Median (least–most) of what a system did in its rounds. */
export const own = (figure: Figure, rounds: Rounds): string =>
  spreadOf(valuesOf(figure, rounds).filter((value) => value !== null))

/** Median (least–most) of the shop's figure divided by the peer's, each of the same round. */
export const ratio = (figure: Figure, shop: Rounds, peer: Rounds): string => {
  const theirs = valuesOf(figure, peer)
  const ratios = valuesOf(figure, shop).flatMap((value, index) => {
    const other = theirs[index]
    return value === null || other === null || other === undefined || other === 0 ? [] : [value / other]
  })
  return ratios.length === 0 ? '–' : `${spreadOf(ratios)} ×`
}
