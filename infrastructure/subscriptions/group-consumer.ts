import type { StoredEvent } from '../event-store/port.ts'
import type { Outcome } from './outcome.ts'

export type ConsumerStatus = {
  readonly state: 'running' | 'paused' | 'draining' | 'stopped'
  /** Why it is paused. */
  readonly reason?: string
  readonly inFlight: number
  /** When the oldest event was recorded that has been given to us and is not handled; while paused, as it was before. */
  readonly oldestUnhandled?: Date
}

export type GroupConsumer = {
  /**
   * Has an event handled that was not delivered (a parked message): by the same handler, behind what its key already has to do.
   * One that has killed the process too often is answered for as parked, unless a person, who knows of it, hands it in.
   * @throws ConsumerPaused, or what the handler threw when a store is away
   */
  submit(event: StoredEvent, options?: { readonly by: 'person' | 'system' }): Promise<Outcome>
  status(): ConsumerStatus
  /** Takes nothing new, lets what runs settle within the limit, acknowledges it, and ends. What was not started is delivered again. */
  drain(): Promise<void>
}

/** The group is not taking events; ask again later. */
export class ConsumerPaused extends Error {
  override readonly name = 'ConsumerPaused'
}
