import type { Consumer } from '../consumer.ts'
import type { Message } from '../message.ts'
import { DispatchToSingle } from './dispatch-to-single.ts'
import { Pinned } from './pinned.ts'
import { byCorrelation, bySourceStream } from './pinning-key.ts'
import { RoundRobin } from './round-robin.ts'

/** Who gets the next message. */
export type Strategy = {
  add(consumer: Consumer): void
  remove(consumer: Consumer): void
  /** `skipped`: the one it belongs to has no room, but others have. The consumer that is named must be given the message. */
  choose(message: Message): Consumer | 'skipped' | 'no_capacity'
}

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
