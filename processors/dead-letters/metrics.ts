import { Counter, Gauge, type Registry } from '../../infrastructure/observability/metrics.ts'
import type { Handled } from './handling.ts'
import type { ResolutionKind } from './resolution.ts'
import type { Unresolved } from './unresolved.ts'

export type DeadLetterReport = (group: string, kind: ResolutionKind, outcome: Handled | 'discarded') => void

/** From what this process knows of dead letters; every replica says the same. Answers what counts decisions. */
export const deadLetterMetrics = (
  registry: Registry,
  groups: readonly string[],
  unresolved: Pick<Unresolved, 'of'>,
  now: () => Date,
): DeadLetterReport => {
  const registers = [registry]
  new Gauge({
    name: 'dead_letters',
    help: 'Unresolved dead letters, by group and the code for which they stand',
    labelNames: ['group', 'code'],
    registers,
    collect() {
      this.reset()
      for (const group of groups) {
        const counts = new Map<string, number>()
        for (const { code } of unresolved.of(group).all()) counts.set(code, (counts.get(code) ?? 0) + 1)
        for (const [code, count] of counts) this.set({ group, code }, count)
      }
    },
  })
  new Gauge({
    name: 'dead_letter_oldest_seconds',
    help: 'Age of the oldest unresolved dead letter, since it was parked; 0 where there is none',
    labelNames: ['group'],
    registers,
    collect() {
      for (const group of groups) {
        const at = now().getTime()
        let oldest = at
        for (const { parkedAt } of unresolved.of(group).all()) oldest = Math.min(oldest, parkedAt.getTime())
        this.set({ group }, (at - oldest) / 1_000)
      }
    },
  })
  const decided = new Counter({
    name: 'dead_letters_decided_total',
    help: 'Dead letters retried, released and discarded by this process, and what came of it',
    labelNames: ['group', 'kind', 'outcome'],
    registers,
  })
  return (group, kind, outcome) => {
    decided.inc({ group, kind, outcome })
  }
}
