import { createRememberedRows, type RememberedRows } from '../../../infrastructure/projections/remembered-rows.ts'
import type { Mutation } from './mutation.ts'

/** Whoever keeps the tables goes on with what it knew of their rows before its round ended, whatever has happened since. */
export const rowsKeptOverARound: Mutation = {
  name: 'rows kept over a round',
  memory: () => {
    const kept = new Map<number, RememberedRows>()
    return (engine) => {
      const memory = kept.get(engine) ?? createRememberedRows()
      kept.set(engine, memory)
      return memory
    }
  },
}
