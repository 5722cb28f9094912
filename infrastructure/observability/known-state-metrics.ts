import type { KnownState } from '../event-store/command-turn.ts'
import { Counter, type Registry } from './metrics.ts'

/** Counts what was known of streams when commands came to their turn. */
export const knownStateMetrics = (registry: Registry): ((known: KnownState) => void) => {
  const turns = new Counter({
    name: 'command_turns_total',
    help: 'Turns of commands on a stream by what was known of it: remembered, taken_as_new (no read either), read',
    labelNames: ['state'],
    registers: [registry],
  })
  return (state) => {
    turns.inc({ state })
  }
}
