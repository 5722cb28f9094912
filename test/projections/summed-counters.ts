import type { Projection } from '../../infrastructure/projections/projection.ts'
import { counters, type CounterEvent, type CounterRow } from './counters.ts'

/** Counters, and among them a row of their sum, `all`, with what was added to it step by step. It cannot take a step of 666. */
export const summedCounters = (name: string): Projection<CounterRow, CounterEvent> => ({
  ...counters(name),
  passesOn: (before, next, { created }) => [
    {
      key: 'all',
      evolve(row) {
        const step = (next === 'delete' ? 0 : next.sum) - (before?.sum ?? 0)
        if (step === 666) throw new Error('too much')
        return {
          counter: 'all',
          sum: (row?.sum ?? 0) + step,
          history: [...(row?.history ?? []), step],
          note: null,
          lastAt: created.toISOString(),
        }
      },
    },
  ],
})
