import type { SnapshotOutcome } from '../event-store/snapshots.ts'
import { Counter, type Registry } from './metrics.ts'

/** Counts what became of snapshots that were due; what could not be written is told as well. Nothing depends on them but speed. */
export const snapshotMetrics = (registry: Registry, warn: (message: string, error: unknown) => void) => {
  const snapshots = new Counter({
    name: 'snapshots_total',
    help: 'Snapshots of long streams, by outcome',
    labelNames: ['outcome'],
    registers: [registry],
  })
  return (outcome: SnapshotOutcome, stream: string, error?: unknown): void => {
    snapshots.inc({ outcome })
    if (outcome !== 'written') warn(`a snapshot of ${stream} was not made or cannot be used: ${outcome}`, error)
  }
}
