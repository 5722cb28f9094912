import type {
  PersistentAction,
  PersistentSubscriptionToAll,
  PersistentSubscriptionToStream,
  RecordedEvent,
} from '@eventstore/db-client'
import type { Server } from './server.ts'
import { becomes, until } from './waiting.ts'

type Subscription = PersistentSubscriptionToStream | PersistentSubscriptionToAll
export type Delivery = {
  readonly event?: RecordedEvent
  readonly link?: RecordedEvent
  readonly retryCount: number
  readonly commitPosition?: bigint
}

/** A consumer of a persistent subscription, and what it was given. Acknowledges nothing by itself. */
export class Consumer {
  readonly deliveries: Delivery[] = []
  error: (Error & { readonly type?: unknown }) | undefined
  confirmed = false
  readonly #subscription: Subscription

  constructor(server: Pick<Server, 'after'>, subscription: Subscription) {
    this.#subscription = subscription
    subscription.on('error', (error) => (this.error = error))
    subscription.on('confirmation', () => (this.confirmed = true))
    subscription.on('data', (delivery: Delivery) => this.deliveries.push(delivery))
    server.after(() => (this.error === undefined ? this.unsubscribe() : undefined))
  }

  /** `type`, with `*n` for the n-th time that it came again, and `-` where only a link came. */
  get seen(): string[] {
    return this.deliveries.map(
      ({ event, retryCount }) => `${event?.type ?? '-'}${retryCount === 0 ? '' : `*${retryCount}`}`,
    )
  }

  async ready(): Promise<this> {
    await until('the confirmation', () => this.confirmed || this.error !== undefined)
    if (this.error !== undefined) throw this.error
    return this
  }

  /** Waits until exactly this has come. */
  async saw(...expected: readonly string[]): Promise<void> {
    await until(
      expected.join(' '),
      () => this.deliveries.length >= expected.length || this.error !== undefined,
      () => [this.seen, this.error],
    )
    await becomes(() => this.seen, [...expected], 100)
  }

  ack(...indices: readonly number[]): Promise<void> {
    return this.#subscription.ack(...this.#at(indices))
  }

  nack(action: PersistentAction, reason: string, ...indices: readonly number[]): Promise<void> {
    return this.#subscription.nack(action, reason, ...this.#at(indices))
  }

  async failed(): Promise<unknown> {
    await until(
      'the error',
      () => this.error !== undefined,
      () => this.seen,
    )
    return this.error?.type
  }

  unsubscribe(): Promise<void> {
    return this.#subscription.unsubscribe()
  }

  /** The client looks at nothing but the ids of what it is given back. */
  #at(indices: readonly number[]): Parameters<PersistentSubscriptionToStream['ack']> {
    return indices.map((index) => this.deliveries[index]) as unknown as Parameters<
      PersistentSubscriptionToStream['ack']
    >
  }
}

/** Types as letters: `a b c` for three events. */
export const letters = (text: string): string[] => text.split(' ')
