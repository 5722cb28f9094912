import type { ChaosProvider } from './provider.ts'

type Counts = Readonly<Record<string, number>>

export type ChaosReport = {
  readonly provider: ChaosProvider
  readonly seed: number
  readonly seconds: number
  readonly orders: number
  /** By the state they have ended in. */
  readonly ended: Counts
  readonly events: number
  /** By what was done. */
  readonly faults: Counts
  /** Requests of the provider that went wrong, by how. */
  readonly troubles: Counts
  /** What was done with orders' money beside paying for them. */
  readonly moves: Counts
  readonly redelivered: number
  readonly heldBack: number
  /** Looks at the counters of a process that was not there: what it had counted last is not in them. */
  readonly looksMissed: number
  readonly statements: number
  /** Every charge, refund and dispute of these orders, one by one: how many there are, and what is kept, in minor units by currency. */
  readonly books: {
    readonly entries: { readonly provider: number; readonly streams: number }
    readonly kept: { readonly provider: Counts; readonly streams: Counts }
    readonly differences: number
  }
  /** From the last fault until every order is at rest and every read model shows it. */
  readonly quietAfterMs: number
  /** What is not as it should be; empty when all is well. */
  readonly wrong: readonly string[]
}

export const sorted = (counts: ReadonlyMap<string, number>): Counts => Object.fromEntries([...counts].sort())
