import { stockSnapshots } from '../../domain/inventory/stock-snapshot.ts'

/** So often that a run of a few minutes reads from some. */
export const frequentSnapshots = { ...stockSnapshots, everyEvents: 3 }
