import { unitsOf } from '../../domain/shared/money.ts'
import { Counter, Gauge, type Registry } from '../../infrastructure/observability/metrics.ts'
import { differenceKinds } from './difference.ts'
import { foundStates, type FoundSum } from './found-sums.ts'
import { ranges, type EndedSweep, type Range } from './marks.ts'

/** What was found is told for so long, and for some looks, by an instance that compares nothing any more: another one does. */
const leastSilentAfterMs = 3 * 60_000
const looksMissed = 3

type State = (typeof foundStates)[number]

const sumIn = (found: readonly FoundSum[], kind: string, state: State): FoundSum | undefined =>
  found.find((sum) => sum.kind === kind && sum.state === state)

/**
 * What the last sweep of each range has found, be it one of another process. A sweep that was stopped says nothing of what it had not come
 * to, and changes nothing here.
 */
export const reconciliationMetrics = (registry: Registry, now: () => Date, lookEveryMs: number) => {
  const silentAfterMs = Math.max(leastSilentAfterMs, looksMissed * lookEveryMs)
  const last = new Map<Range, EndedSweep>()
  const waiting = new Set<Range>()
  // What there never was is zero, and no gap.
  const currencies = new Map<string, Set<string>>()
  let underWay = 0
  let lastAt = -Infinity
  const isSilent = (): boolean => underWay === 0 && now().getTime() - lastAt > silentAfterMs

  const each = (tell: (range: Range, kind: string, state: State, sum: FoundSum | undefined) => void): void => {
    if (isSilent()) return
    for (const [range, { found }] of last)
      if (found !== undefined)
        for (const kind of differenceKinds)
          for (const state of foundStates) tell(range, kind, state, sumIn(found, kind, state))
  }

  new Gauge({
    name: 'payment_drift',
    help: 'Differences between the provider and us that the last sweep found, by what became of them. Only from the active instance',
    labelNames: ['range', 'kind', 'state'],
    registers: [registry],
    collect() {
      this.reset()
      each((range, kind, state, sum) => {
        this.set({ range, kind, state }, sum?.count ?? 0)
      })
    },
  })
  new Gauge({
    name: 'payment_drift_amount',
    help: 'The money of these differences, in units of the currency: 12.5 are 12.50 EUR. Only from the active instance',
    labelNames: ['range', 'kind', 'state', 'currency'],
    registers: [registry],
    collect() {
      this.reset()
      each((range, kind, state, sum) => {
        const place = `${range} ${kind} ${state}`
        const known = new Set([...(currencies.get(place) ?? []), ...Object.keys(sum?.amounts ?? {})])
        currencies.set(place, known)
        for (const currency of known)
          this.set({ range, kind, state, currency }, unitsOf({ amount: sum?.amounts[currency] ?? 0, currency }))
      })
    },
  })
  const at = new Gauge({
    name: 'payment_reconciled_timestamp_seconds',
    help: 'When the last sweep that came to its end began; before the first of all, since when one is waited for',
    labelNames: ['range'],
    registers: [registry],
  })
  const sweeps = new Counter({
    name: 'payment_reconciliations_total',
    help: 'Sweeps by how they ended',
    labelNames: ['range', 'outcome'],
    registers: [registry],
  })
  for (const range of ranges) for (const outcome of ['done', 'stopped'] as const) sweeps.inc({ range, outcome }, 0)

  return {
    /** It is compared here, or looked whether that is due; until what this answers is called. */
    begin(): () => void {
      underWay += 1
      return () => {
        underWay -= 1
        lastAt = now().getTime()
      }
    },
    /** None is known that has come to its end. */
    waits(range: Range, since: Date): void {
      if (last.has(range) || waiting.has(range)) return
      waiting.add(range)
      at.set({ range }, since.getTime() / 1_000)
    },
    ended(range: Range, sweep: EndedSweep): void {
      const known = last.get(range)
      if (known !== undefined && known.begunAt > sweep.begunAt) return
      last.set(range, sweep)
      at.set({ range }, sweep.begunAt.getTime() / 1_000)
    },
    swept(range: Range, outcome: 'done' | 'stopped'): void {
      sweeps.inc({ range, outcome })
    },
  }
}

export type ReconciliationMetrics = ReturnType<typeof reconciliationMetrics>
