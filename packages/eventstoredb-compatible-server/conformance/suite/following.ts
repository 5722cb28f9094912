import type { AllStreamSubscription, ResolvedEvent, StreamSubscription } from '@eventstore/db-client'
import type { Server } from './server.ts'
import { until } from './waiting.ts'

/** A catch-up subscription, and everything it says, in order. */
export class Following {
  readonly events: ResolvedEvent[] = []
  readonly said: string[] = []
  readonly errors: { readonly type?: unknown; readonly message: string }[] = []
  readonly subscription: StreamSubscription | AllStreamSubscription

  constructor(server: Pick<Server, 'after'>, subscription: StreamSubscription | AllStreamSubscription) {
    this.subscription = subscription
    subscription.on('error', (error) => this.errors.push(error))
    subscription.on('confirmation', () => this.said.push('confirmation'))
    subscription.on('caughtUp', () => this.said.push('caught up'))
    subscription.on('data', (event: ResolvedEvent) => {
      this.events.push(event)
      this.said.push(`${event.event?.type ?? 'nothing'} ${event.event?.revision ?? event.link?.revision}`)
    })
    server.after(() => (this.errors.length === 0 ? subscription.unsubscribe() : undefined))
  }

  async caughtUp(times = 1): Promise<void> {
    await until(
      'caught up',
      () => this.said.filter((word) => word === 'caught up').length >= times,
      () => [this.said.slice(-20), this.errors],
    )
  }

  async got(count: number): Promise<void> {
    await until(
      `${count} events`,
      () => this.events.length >= count,
      () => [this.said.slice(-20), this.errors],
    )
  }

  async failed(): Promise<unknown> {
    await until(
      'the error',
      () => this.errors.length > 0,
      () => this.said.slice(-20),
    )
    return this.errors[0]?.type
  }

  get revisions(): number[] {
    return this.events.map(({ event, link }) => Number((event ?? link)?.revision))
  }
}
