import type { Consumer } from '../consumer.ts'
import type { Message } from '../message.ts'
import type { PinningKey } from './pinning-key.ts'
import type { Strategy } from './strategy.ts'

const BUCKETS = 1_024
const FNV_OFFSET = 0x811c9dc5
const FNV_PRIME = 0x01000193

/** Any hash that stays the same will do: only the distribution can be seen. */
export const bucketOf = (key: string): number => {
  let hash = FNV_OFFSET
  for (let index = 0; index < key.length; index += 1) hash = Math.imul(hash ^ key.charCodeAt(index), FNV_PRIME)
  return (hash >>> 0) % BUCKETS
}

/** Messages with the same key go to the same consumer as long as it is connected. */
export class Pinned implements Strategy {
  readonly #keyOf: PinningKey
  readonly #owners: (Consumer | undefined)[] = new Array<Consumer | undefined>(BUCKETS).fill(undefined)
  readonly #buckets = new Map<Consumer, Set<number>>()

  constructor(keyOf: PinningKey) {
    this.#keyOf = keyOf
  }

  /** Takes over what the others own beyond an equal share, the buckets with the fewest messages in flight first. */
  add(consumer: Consumer): void {
    this.#buckets.set(consumer, new Set())
    const owned = [...this.#buckets.values()].reduce((sum, { size }) => sum + size, 0)
    const share = Math.ceil(owned / this.#buckets.size)
    for (const [other, buckets] of [...this.#buckets]) {
      const surplus = buckets.size - share
      if (surplus <= 0) continue
      const inFlight = this.#inFlightByBucket(other)
      const idlest = [...buckets].sort((one, next) => (inFlight.get(one) ?? 0) - (inFlight.get(next) ?? 0))
      for (const bucket of idlest.slice(0, surplus)) this.#assign(bucket, consumer)
    }
  }

  remove(consumer: Consumer): void {
    for (const bucket of this.#buckets.get(consumer) ?? []) this.#owners[bucket] = undefined
    this.#buckets.delete(consumer)
  }

  choose(message: Message): Consumer | 'skipped' | 'no_capacity' {
    const bucket = bucketOf(this.#keyOf(message))
    const owner = this.#owners[bucket] ?? this.#adopt(bucket)
    if (owner !== undefined && owner.availableSlots > 0) return owner
    return [...this.#buckets.keys()].some(({ availableSlots }) => availableSlots > 0) ? 'skipped' : 'no_capacity'
  }

  #adopt(bucket: number): Consumer | undefined {
    const [fewest] = [...this.#buckets].sort(([, one], [, other]) => one.size - other.size)
    if (fewest === undefined) return undefined
    this.#assign(bucket, fewest[0])
    return fewest[0]
  }

  #assign(bucket: number, consumer: Consumer): void {
    const before = this.#owners[bucket]
    if (before !== undefined) this.#buckets.get(before)?.delete(bucket)
    this.#owners[bucket] = consumer
    this.#buckets.get(consumer)?.add(bucket)
  }

  #inFlightByBucket(consumer: Consumer): ReadonlyMap<number, number> {
    const counts = new Map<number, number>()
    for (const { message } of consumer.inFlight) {
      const bucket = bucketOf(this.#keyOf(message))
      counts.set(bucket, (counts.get(bucket) ?? 0) + 1)
    }
    return counts
  }
}
