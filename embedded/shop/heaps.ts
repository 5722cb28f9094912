import type { ChildName } from './child-name.ts'

type Heap = { readonly youngMiB: number; readonly oldMiB: number }

const small: Heap = { youngMiB: 4, oldMiB: 512 }

/**
 * How far the heaps of the shop's processes may grow. Left to itself, Node takes as much of a large machine as spares it collections: half
 * again as much for the whole shop. What lives in a heap is a fraction of these (some 70 MiB in the processors under load); the limits say how
 * much garbage may lie about before it is cleared away.
 */
const heaps: Readonly<Record<ChildName, Heap>> = {
  'event-store': { youngMiB: 8, oldMiB: 4096 },
  'payment-provider': small,
  'mail-catcher': small,
  'command-api': small,
  processors: { youngMiB: 16, oldMiB: 1024 },
  projections: small,
  'read-api': small,
  console: small,
}

/** For Node's command line. */
export const heapArguments = (name: ChildName): readonly string[] => {
  const { youngMiB, oldMiB } = heaps[name]
  return [`--max-semi-space-size=${youngMiB}`, `--max-old-space-size=${oldMiB}`]
}
