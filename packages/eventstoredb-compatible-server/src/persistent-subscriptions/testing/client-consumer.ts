import { setTimeout as delay } from 'node:timers/promises'
import type { PersistentSubscriptionToAll, PersistentSubscriptionToStream } from '@eventstore/db-client'

type Subscription = PersistentSubscriptionToAll | PersistentSubscriptionToStream

/** Looks until the condition holds; rejects with what was seen last when it doesn't in time. */
export const eventually = async (
  holds: () => boolean | Promise<boolean>,
  seen: () => unknown = () => '',
): Promise<void> => {
  const limit = Date.now() + 10_000
  while (!(await holds())) {
    if (Date.now() > limit)
      throw new Error(
        `not in time: ${JSON.stringify(seen(), (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))}`,
      )
    await delay(10)
  }
}

type Event = {
  readonly event?: {
    readonly type: string
    readonly id: string
    readonly streamId: string
    readonly revision: bigint
    readonly position?: unknown
  }
  readonly link?: {
    readonly id: string
    readonly streamId: string
    readonly revision: bigint
    readonly position?: unknown
  }
  readonly retryCount: number
}

/** What a real client's subscription was given. System events of `$all` are acknowledged and left out. */
export class ClientConsumer {
  readonly events: Event[] = []
  error: { readonly type?: string; readonly message: string } | undefined
  readonly #subscription: Subscription

  constructor(subscription: Subscription) {
    this.#subscription = subscription
    subscription.on('error', (error: { readonly type?: string; readonly message: string }) => {
      this.error = error
    })
    subscription.on('data', (event) => {
      if (event.event?.type.startsWith('$') === true && event.link === undefined) void this.#subscription.ack(event)
      else this.events.push(event)
    })
  }

  /** Types of the events, with `*n` for the n-th retry. */
  get seen(): readonly string[] {
    return this.events.map(
      ({ event, retryCount }) => `${event?.type ?? '?'}${retryCount === 0 ? '' : `*${retryCount}`}`,
    )
  }

  async saw(...expected: readonly string[]): Promise<void> {
    await eventually(
      () => this.seen.length >= expected.length,
      () => this.seen,
    )
    if (this.seen.join() !== expected.join()) throw new Error(`saw ${this.seen.join()} instead of ${expected.join()}`)
  }

  async ack(...indices: readonly number[]): Promise<void> {
    await this.#subscription.ack(...this.#at(indices))
  }

  async nack(action: 'park' | 'retry' | 'skip' | 'stop', reason: string, ...indices: readonly number[]): Promise<void> {
    await this.#subscription.nack(action, reason, ...this.#at(indices))
  }

  async failedWith(type: string): Promise<void> {
    await eventually(() => this.error !== undefined)
    if (this.error?.type !== type)
      throw new Error(`failed with ${this.error?.type} (${this.error?.message}) instead of ${type}`)
  }

  async unsubscribe(): Promise<void> {
    await this.#subscription.unsubscribe()
  }

  /** The client only looks at the ids of what it is given back. */
  #at(indices: readonly number[]): Parameters<PersistentSubscriptionToStream['ack']> {
    return indices.map((index) => this.events.at(index)) as unknown as Parameters<PersistentSubscriptionToStream['ack']>
  }
}
