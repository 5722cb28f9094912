import { DispatchToSingle } from './dispatch-to-single.ts'
import { Pinned } from './pinned.ts'
import { byCorrelation, bySourceStream } from './pinning-key.ts'
import { RoundRobin } from './round-robin.ts'
import type { Strategy } from './strategy.ts'

const strategies: Readonly<Record<string, () => Strategy>> = {
  RoundRobin: () => new RoundRobin(),
  DispatchToSingle: () => new DispatchToSingle(),
  Pinned: () => new Pinned(bySourceStream),
  PinnedByCorrelation: () => new Pinned(byCorrelation),
}

export const isStrategyName = (name: string): boolean => Object.hasOwn(strategies, name)

export const createStrategy = (name: string): Strategy => {
  const create = strategies[name]
  if (create === undefined) throw new Error(`no such consumer strategy: ${name}`)
  return create()
}
