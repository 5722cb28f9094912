import { unitsOf } from '../../domain/shared/money.ts'
import { Counter, Gauge, type Registry } from '../../infrastructure/observability/metrics.ts'
import { differenceKinds, driftOf } from './difference.ts'
import type { Range } from './marks.ts'
import type { Reconciliation } from './reconcile.ts'

/** What the last sweep of each range has found. A sweep that was stopped says nothing of what it had not come to, and changes nothing here. */
export const reconciliationMetrics = (registry: Registry) => {
  const drift = new Gauge({
    name: 'payment_drift',
    help: 'Differences between the provider and us that the last sweep found, by what became of them',
    labelNames: ['range', 'kind', 'state'],
    registers: [registry],
  })
  const amount = new Gauge({
    name: 'payment_drift_amount',
    help: 'The money of these differences, in units of the currency: 12.5 are 12.50 EUR',
    labelNames: ['range', 'kind', 'state', 'currency'],
    registers: [registry],
  })
  const at = new Gauge({
    name: 'payment_reconciled_timestamp_seconds',
    help: 'When the last sweep that came to its end began',
    labelNames: ['range'],
    registers: [registry],
  })
  const sweeps = new Counter({
    name: 'payment_reconciliations_total',
    help: 'Sweeps by how they ended',
    labelNames: ['range', 'outcome'],
    registers: [registry],
  })
  // What there never was is zero, and no gap.
  const amounts = new Map<string, Set<string>>()

  return (range: Range, { begunAt, found, stopped }: Reconciliation): void => {
    sweeps.inc({ range, outcome: stopped === undefined ? 'done' : 'stopped' })
    if (stopped !== undefined) return
    at.set({ range }, begunAt.getTime() / 1_000)
    for (const kind of differenceKinds)
      for (const state of ['healed', 'left'] as const) {
        const those = found.filter((one) => one.kind === kind && one.state === state)
        drift.set({ range, kind, state }, those.length)
        const sums = new Map<string, number>()
        for (const one of those) {
          const money = driftOf(one)
          if (money !== undefined) sums.set(money.currency, (sums.get(money.currency) ?? 0) + money.amount)
        }
        const known = amounts.get(`${range} ${kind} ${state}`) ?? new Set()
        for (const currency of sums.keys()) known.add(currency)
        amounts.set(`${range} ${kind} ${state}`, known)
        for (const currency of known)
          amount.set({ range, kind, state, currency }, unitsOf({ amount: sums.get(currency) ?? 0, currency }))
      }
  }
}

export type ReconciliationMetrics = ReturnType<typeof reconciliationMetrics>
